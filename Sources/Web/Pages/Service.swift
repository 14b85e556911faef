import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// What machines ask: whether the service lives, whether it can work, and its numbers.
extension WebContext {
    func health() -> Response { plain("ok\n") }

    func readiness() -> Response {
        do {
            _ = try installation.personCount()
            return plain("ok\n")
        } catch {
            return plain("the database does not answer\n", status: .serviceUnavailable)
        }
    }

    func stylesheet(_ request: Request) -> Response {
        let tag = "\"\(PageTemplates.stylesheetVersion)\""
        var headers: HTTPFields = [
            .contentType: "text/css; charset=utf-8", .eTag: tag,
            .cacheControl: "public, max-age=31536000, immutable",
        ]
        if request.headers[.ifNoneMatch] == tag {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentLength] = "\(PageTemplates.stylesheet.count)"
        return Response(
            status: .ok, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: PageTemplates.stylesheet)))
    }

    /// Prometheus text format 0.0.4.
    func metrics() throws -> Response {
        guard showsMetrics else { throw PageError.notFound }
        let numbers = MetricsText(installation.metrics.values, try installation.gauges())
        var response = plain(numbers.text)
        response.headers[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
        return response
    }

    private func plain(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

/// The numbers as Prometheus reads them.
struct MetricsText {
    private(set) var text = ""

    init(_ counters: [(name: String, value: Int)], _ gauges: Gauges) {
        for counter in counters {
            text += "# TYPE \(counter.name) counter\n\(counter.name) \(counter.value)\n"
        }
        labelled("ombord_messages", gauges.messages)
        labelled("ombord_enrolments", gauges.enrolments)
        gauge("ombord_oldest_message_seconds", "\(gauges.oldestMessageSeconds)")
        if let next = gauges.nextWakeUp {
            gauge("ombord_next_wake_up_timestamp_seconds", "\(next.seconds)")
        }
    }

    private mutating func labelled(_ name: String, _ rows: [(status: String, count: Int)]) {
        text += "# TYPE \(name) gauge\n"
        for row in rows {
            text += "\(name){status=\"\(Self.escaped(row.status))\"} \(row.count)\n"
        }
    }

    private mutating func gauge(_ name: String, _ value: String) {
        text += "# TYPE \(name) gauge\n\(name) \(value)\n"
    }

    /// A label's value may hold anything but these three as they are.
    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}
