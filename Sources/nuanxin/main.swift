import App

await NuanxinCommand.launch()
