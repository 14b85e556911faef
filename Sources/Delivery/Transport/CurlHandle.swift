import CCurl

/// A libcurl easy handle, which keeps its connections from one transfer to the next.
///
/// It is confined to the actor that made it, and so to that actor's thread.
final class CurlHandle {
    private let handle: UnsafeMutableRawPointer
    private let exchange = CurlExchange()

    init?() {
        guard Self.isReady, let handle = curl_easy_init() else { return nil }
        self.handle = handle
    }

    deinit {
        curl_easy_cleanup(handle)
    }

    // curl_global_init must run once, before any thread uses the library.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Forgets the options of the transfer before, and keeps the open connections.
    func reset() {
        curl_easy_reset(handle)
        // Time-outs by signal are not safe in a process with threads.
        set(CURLOPT_NOSIGNAL, 1)
        // The environment must not lead our traffic, and the address guard, somewhere else.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, 0)
        set(CURLOPT_FOLLOWLOCATION, 0)
    }

    func set(_ option: CURLoption, _ value: Int) {
        ombord_curl_set_long(handle, option, value)
    }

    func set(_ option: CURLoption, _ value: String) {
        ombord_curl_set_string(handle, option, value)
    }

    /// Ends the kept connection without a goodbye.
    ///
    /// libcurl 7.88 keeps a connection whose server fell silent after the data, uses it again for
    /// the next mail, and at the end waits two minutes for an answer to its QUIT.
    func sever() {
        ombord_curl_sever(handle)
    }

    /// Sends `body` (as an upload, or as the fields of a POST) and gathers what comes back.
    func perform(
        body: [UInt8], lists: [(option: CURLoption, values: [String])], asPost: Bool,
        guardAddresses: Bool, keepingAnswer limit: Int
    ) -> CurlResult {
        exchange.begin(body: body, answerLimit: limit)
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        var errorText = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        var owned: [UnsafeMutablePointer<curl_slist>?] = []
        defer { owned.forEach(curl_slist_free_all) }
        for (option, values) in lists {
            var list: UnsafeMutablePointer<curl_slist>?
            for value in values { list = curl_slist_append(list, value) ?? list }
            owned.append(list)
            ombord_curl_set_list(handle, option, list)
        }
        if asPost {
            set(CURLOPT_POST, 1)
            ombord_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count))
        } else {
            set(CURLOPT_UPLOAD, 1)
            ombord_curl_set_size(handle, CURLOPT_INFILESIZE_LARGE, Int64(body.count))
        }
        ombord_curl_set_pointer(handle, CURLOPT_READDATA, context)
        ombord_curl_set_transfer(handle, CURLOPT_READFUNCTION, readBody)
        ombord_curl_set_pointer(handle, CURLOPT_SEEKDATA, context)
        ombord_curl_set_seek(handle, seekBody)
        ombord_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        ombord_curl_set_transfer(handle, CURLOPT_WRITEFUNCTION, writeAnswer)
        ombord_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        ombord_curl_set_transfer(handle, CURLOPT_HEADERFUNCTION, writeHeader)
        if guardAddresses {
            ombord_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, context)
            ombord_curl_set_open_socket(handle, openGuardedSocket)
        }
        let code = errorText.withUnsafeMutableBufferPointer { buffer in
            ombord_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, buffer.baseAddress)
            let code = curl_easy_perform(handle)
            ombord_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, nil)
            return code
        }
        let detail = String(
            decoding: errorText.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return CurlResult(
            code: code, detail: detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail,
            status: Int(ombord_curl_response_code(handle)),
            retryAfterSeconds: Int(ombord_curl_retry_after(handle)),
            lastHeaderLine: exchange.lastHeaderLine, answer: exchange.answer,
            bodyWasTaken: exchange.bodyWasTaken, addressWasRefused: exchange.addressWasRefused)
    }
}

/// How a transfer ended.
struct CurlResult {
    let code: CURLcode
    let detail: String
    let status: Int
    let retryAfterSeconds: Int
    let lastHeaderLine: String
    let answer: [UInt8]
    /// Whether libcurl took every byte of the body, so that the other side may have all of it.
    let bodyWasTaken: Bool
    let addressWasRefused: Bool
}

/// What the callbacks of one transfer read and write.
private final class CurlExchange {
    var body: [UInt8] = []
    var offset = 0
    var answer: [UInt8] = []
    var answerLimit = 0
    var answerSize = 0
    var lastHeaderLine = ""
    var addressWasRefused = false

    var bodyWasTaken: Bool { offset == body.count }

    func begin(body: [UInt8], answerLimit: Int) {
        self.body = body
        self.answerLimit = answerLimit
        offset = 0
        answer = []
        answerSize = 0
        lastHeaderLine = ""
        addressWasRefused = false
    }

    static func at(_ context: UnsafeMutableRawPointer?) -> CurlExchange? {
        context.map { Unmanaged<CurlExchange>.fromOpaque($0).takeUnretainedValue() }
    }
}

private let readBody: ombord_curl_transfer = { buffer, size, count, context in
    guard let exchange = CurlExchange.at(context), let buffer else { return 0 }
    let length = min(size * count, exchange.body.count - exchange.offset)
    exchange.body.withUnsafeBytes { bytes in
        UnsafeMutableRawPointer(buffer).copyMemory(
            from: bytes.baseAddress.map { $0 + exchange.offset } ?? UnsafeRawPointer(buffer),
            byteCount: length)
    }
    exchange.offset += length
    return length
}

// Where a kept connection turns out to be dead, libcurl starts again on a new one.
private let seekBody: curl_seek_callback = { context, offset, origin in
    guard let exchange = CurlExchange.at(context), origin == SEEK_SET,
        (0...exchange.body.count).contains(Int(offset))
    else { return CURL_SEEKFUNC_CANTSEEK }
    exchange.offset = Int(offset)
    return CURL_SEEKFUNC_OK
}

private let writeAnswer: ombord_curl_transfer = { buffer, size, count, context in
    let length = size * count
    guard let exchange = CurlExchange.at(context), let buffer else { return 0 }
    exchange.answerSize += length
    let room = exchange.answerLimit - exchange.answer.count
    exchange.answer += UnsafeRawBufferPointer(start: buffer, count: min(room, length))
    // An endpoint that goes on talking is cut off; its status has been read.
    return exchange.answerSize > 65_536 ? 0 : length
}

private let writeHeader: ombord_curl_transfer = { buffer, size, count, context in
    let length = size * count
    guard let exchange = CurlExchange.at(context), let buffer else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: buffer, count: min(length, 1000))
    let line = String(decoding: bytes.prefix { $0 != 13 && $0 != 10 }, as: UTF8.self)
    // A connection that failed is closed with QUIT, whose 221 would hide the answer that matters.
    if !line.hasPrefix("221") { exchange.lastHeaderLine = MIMEText.flattened(line) }
    return length
}

// libcurl asks here with the very address that it will connect to, after every look-up of a name.
private let openGuardedSocket: curl_opensocket_callback = { context, _, address in
    guard let exchange = CurlExchange.at(context), let address else { return CURL_SOCKET_BAD }
    var bytes = [UInt8](repeating: 0, count: 16)
    let length = Int(ombord_address_bytes(address, &bytes))
    guard AddressGuard.isPublic(Array(bytes.prefix(length))) else {
        exchange.addressWasRefused = true
        return CURL_SOCKET_BAD
    }
    return ombord_open_socket(address)
}
