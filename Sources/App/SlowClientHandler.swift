import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Hangs up on clients that are too slow, where Hummingbird's idle time-out sees them as busy: those whose body drips in,
/// and those who ask for much and don't read it.
///
/// A body that somebody waits for is ``BodyPaceMiddleware``'s first, which can still answer; this is a little more patient.
/// What comes after the answer nobody waits for: it is read and thrown away, so that a client which writes all before it
/// reads gets to the answer.
final class SlowClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What a body gets at once, before each KiB gives it another second.
    private static let patience = TimeAmount.seconds(15)
    /// How long somebody may take to read what is ready for them: some 64 KiB.
    private static let readingPatience = TimeAmount.seconds(20)
    private static let restPatience = TimeAmount.seconds(60)

    private var bodyBegan: NIODeadline?
    private var bodyBytes = 0
    private var isLastRequest = false
    private var requests = 0
    private var answers = 0
    private var answeredAt: NIODeadline?
    private var isBlockedSince: NIODeadline?
    private var watch: RepeatedTask?

    /// Whether a body still comes for which there is an answer already.
    private var isReadingRest: Bool { bodyBegan != nil && answers == requests }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            requests += 1
            isLastRequest = head.headerFields[.connection]?.lowercased() == "close"
            bodyBegan = .now()
            bodyBytes = 0
        case .body(let bytes):
            bodyBytes += bytes.readableBytes
            look(context)
            if isReadingRest { return }
        case .end:
            let wasRest = isReadingRest
            bodyBegan = nil
            if wasRest, isLastRequest {
                context.close(promise: nil)
                return
            }
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if bodyBegan != nil { startWatch(context) }
        // Nobody behind this handler asks for more.
        if isReadingRest { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        context.write(data, promise: promise)
        answers += 1
        answeredAt = .now()
        if isReadingRest { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isBlockedSince = context.channel.isWritable ? nil : .now()
        if isBlockedSince != nil { startWatch(context) }
        context.fireChannelWritabilityChanged()
    }

    /// After what isn't HTTP nothing more is read. A client that goes on writing gets a moment to see the answer, no more.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.fireErrorCaught(error)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .seconds(2)) { bound.value.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopWatch()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stopWatch()
    }

    private func startWatch(_ context: ChannelHandlerContext) {
        guard watch == nil, context.channel.isActive else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        watch = context.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            let (handler, context) = bound.value
            handler.look(context)
        }
    }

    private func stopWatch() {
        watch?.cancel()
        watch = nil
    }

    private func look(_ context: ChannelHandlerContext) {
        guard bodyBegan != nil || isBlockedSince != nil else { return stopWatch() }
        let now = NIODeadline.now()
        if let bodyBegan, now - bodyBegan > Self.patience + .seconds(Int64(bodyBytes / 1024)) {
            context.close(promise: nil)
        } else if isReadingRest, let answeredAt, now - answeredAt > Self.restPatience {
            context.close(promise: nil)
        } else if let isBlockedSince, now - isBlockedSince > Self.readingPatience {
            context.close(promise: nil)
        }
    }
}
