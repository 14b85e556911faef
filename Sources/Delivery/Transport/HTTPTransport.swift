import CCurl

/// One POST.
public struct HTTPPost: Sendable {
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(url: String, headers: [(name: String, value: String)], body: [UInt8]) {
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// What an endpoint answered.
public struct HTTPAnswer: Hashable, Sendable {
    public var status: Int
    public var retryAfterSeconds: Int?
    /// The first 2 kB.
    public var body: [UInt8]

    public init(status: Int, retryAfterSeconds: Int? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfterSeconds = retryAfterSeconds
        self.body = body
    }
}

/// Why there was no answer.
public enum HTTPFailure: Error, Hashable, Sendable {
    case invalidURL
    case schemeRefused
    /// The name stands for an address inside our own network.
    case addressRefused
    case cannotResolve
    case cannotConnect
    case untrustedTLS(String)
    case timedOut
    case connectionLost(String)
    case shutDown
}

/// A way to make one POST and hear the answer.
public protocol HTTPPosting: Sendable {
    /// Makes one call and waits for its answer.
    func post(_ post: HTTPPost) async -> Result<HTTPAnswer, HTTPFailure>

    /// Lets the calls under way end and refuses those that wait.
    func shutdown() async
}

/// POSTs to endpoints on several threads, so that one that hangs does not delay the others.
public actor HTTPTransport: HTTPPosting {
    /// What a transport may reach and how long it waits.
    public struct Limits: Sendable {
        public var workers = 8
        /// Calls at a time to one host.
        public var workersPerHost = 2
        public var connectTimeoutSeconds = 10
        public var totalTimeoutSeconds = 25
        public var allowsPlainHTTP = false
        public var allowsPrivateAddresses = false
        public var userAgent = "Ombord"
        /// A file of trusted certificates in PEM instead of the machine's own.
        public var certificateFile: String?

        public init() {}
    }

    private struct Waiter {
        let host: String
        let continuation: CheckedContinuation<HTTPWorker?, Never>
    }

    private let limits: Limits
    private var idle: [HTTPWorker]
    private var waiters: [Waiter] = []
    private var callsByHost: [String: Int] = [:]
    private var isShutDown = false
    private var closing: [CheckedContinuation<Void, Never>] = []

    public init(_ limits: Limits = Limits()) {
        self.limits = limits
        idle = (0..<max(1, limits.workers)).map { HTTPWorker(limits: limits, number: $0 + 1) }
    }

    /// Makes one call and waits for its answer.
    public func post(_ post: HTTPPost) async -> Result<HTTPAnswer, HTTPFailure> {
        let target: CurlURL
        switch CurlURL.parse(post.url) {
        case .success(let parsed): target = parsed
        case .failure(let failure): return .failure(failure)
        }
        guard target.scheme == "https" || target.scheme == "http" && limits.allowsPlainHTTP else {
            return .failure(.schemeRefused)
        }
        guard let worker = await worker(for: target.host) else { return .failure(.shutDown) }
        let result = await worker.post(post)
        release(worker, from: target.host)
        return result
    }

    /// Lets the calls under way end and refuses those that wait.
    public func shutdown() async {
        isShutDown = true
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
        waiters = []
        if !callsByHost.isEmpty {
            await withCheckedContinuation { closing.append($0) }
        }
        idle = []
    }

    private func worker(for host: String) async -> HTTPWorker? {
        if isShutDown { return nil }
        if let worker = take(for: host) { return worker }
        return await withCheckedContinuation { continuation in
            waiters.append(Waiter(host: host, continuation: continuation))
        }
    }

    private func take(for host: String) -> HTTPWorker? {
        guard callsByHost[host, default: 0] < max(1, limits.workersPerHost) else { return nil }
        guard let worker = idle.popLast() else { return nil }
        callsByHost[host, default: 0] += 1
        return worker
    }

    private func release(_ worker: HTTPWorker, from host: String) {
        idle.append(worker)
        let left = callsByHost[host, default: 1] - 1
        callsByHost[host] = left > 0 ? left : nil
        if isShutDown, callsByHost.isEmpty {
            for continuation in closing { continuation.resume() }
            closing = []
        }
        for (index, waiter) in waiters.enumerated() {
            if let next = take(for: waiter.host) {
                waiters.remove(at: index)
                waiter.continuation.resume(returning: next)
                return
            }
        }
    }
}

/// One thread of a transport, with its own connections.
private actor HTTPWorker {
    private nonisolated let executor: ThreadExecutor
    private let limits: HTTPTransport.Limits
    private var handle: CurlHandle?

    init(limits: HTTPTransport.Limits, number: Int) {
        self.limits = limits
        executor = ThreadExecutor(name: "ombord-http-\(number)")
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    func post(_ post: HTTPPost) -> Result<HTTPAnswer, HTTPFailure> {
        guard let handle = handle ?? CurlHandle() else {
            return .failure(.connectionLost("libcurl could not be started"))
        }
        self.handle = handle
        handle.reset()
        handle.set(CURLOPT_URL, post.url)
        handle.set(CURLOPT_PROTOCOLS_STR, limits.allowsPlainHTTP ? "https,http" : "https")
        handle.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let file = limits.certificateFile { handle.set(CURLOPT_CAINFO, file) }
        handle.set(CURLOPT_CONNECTTIMEOUT, limits.connectTimeoutSeconds)
        handle.set(CURLOPT_TIMEOUT, limits.totalTimeoutSeconds)
        handle.set(CURLOPT_USERAGENT, limits.userAgent)
        // An empty Expect keeps libcurl from waiting a second for "100 Continue".
        let headers = post.headers.map {
            "\(MIMEText.flattened($0.name)): \(MIMEText.flattened($0.value))"
        }
        let result = handle.perform(
            body: post.body, lists: [(CURLOPT_HTTPHEADER, headers + ["Expect:"])], asPost: true,
            guardAddresses: !limits.allowsPrivateAddresses, keepingAnswer: 2048)
        return Self.outcome(of: result)
    }

    private static func outcome(of result: CurlResult) -> Result<HTTPAnswer, HTTPFailure> {
        // A write error after the status is our own cut-off of an endless answer.
        if result.code == CURLE_OK || result.code == CURLE_WRITE_ERROR && result.status > 0 {
            let wait = result.retryAfterSeconds
            return .success(
                HTTPAnswer(
                    status: result.status, retryAfterSeconds: wait > 0 ? wait : nil,
                    body: result.answer))
        }
        if result.addressWasRefused { return .failure(.addressRefused) }
        switch result.code {
        case CURLE_URL_MALFORMAT: return .failure(.invalidURL)
        case CURLE_UNSUPPORTED_PROTOCOL: return .failure(.schemeRefused)
        case CURLE_COULDNT_RESOLVE_HOST: return .failure(.cannotResolve)
        case CURLE_COULDNT_CONNECT: return .failure(.cannotConnect)
        case CURLE_OPERATION_TIMEDOUT: return .failure(.timedOut)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
            return .failure(.untrustedTLS(result.detail))
        default: return .failure(.connectionLost(result.detail))
        }
    }
}

/// The parts of a URL as libcurl itself will read them.
struct CurlURL {
    let scheme: String
    /// The host in lower case.
    let host: String

    static func parse(_ text: String) -> Result<CurlURL, HTTPFailure> {
        guard !text.unicodeScalars.contains(where: { isControl($0) || $0 == " " }),
            let handle = curl_url()
        else { return .failure(.invalidURL) }
        defer { curl_url_cleanup(handle) }
        guard
            curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK
        else { return .failure(.invalidURL) }
        func part(_ part: CURLUPart) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, part, &value, 0) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        // A password in a URL would end up in logs and on the administrator's page.
        guard let scheme = part(CURLUPART_SCHEME), part(CURLUPART_USER) == nil,
            part(CURLUPART_PASSWORD) == nil
        else { return .failure(.invalidURL) }
        guard scheme == "https" || scheme == "http" else { return .failure(.schemeRefused) }
        guard let host = part(CURLUPART_HOST), !host.isEmpty else { return .failure(.invalidURL) }
        return .success(CurlURL(scheme: scheme, host: host.lowercased()))
    }
}
