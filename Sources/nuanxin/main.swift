print("nuanxin")
