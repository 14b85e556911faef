import Foundation
import Support
import Testing

/// The service as an operator meets it: it starts, answers, and ends in order.
@Suite struct ServeTests {
    @Test func theServiceStartsAnswersAndEndsInOrder() throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appendingPathComponent("data").path
        let service = try Service(["--demo", "small", "--data", data])
        #expect(try service.get("/healthz").hasPrefix("200 "))
        #expect(try service.get("/readyz").hasPrefix("200 "))
        let metrics = try service.get("/metrics")
        #expect(metrics.contains("# TYPE ombord_messages_sent_total counter"))
        #expect(try service.get("/").hasPrefix("200 "))
        // Nobody has chosen who to be.
        #expect(try service.get("/me").hasPrefix("403 "))
        service.end()
        let verified = try Products.run("ombord", ["verify", "--data", data])
        #expect(verified.status == 0)
    }
}
