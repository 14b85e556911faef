/// Which network addresses a request that an administrator typed in may reach.
///
/// A webhook must not be a way to the machines behind our own firewall. What is not plainly a
/// public address is refused (IANA special-purpose registries, RFC 6890).
public enum AddressGuard {
    /// Whether the address, 4 or 16 bytes in network order, is a public unicast address.
    public static func isPublic(_ bytes: [UInt8]) -> Bool {
        switch bytes.count {
        case 4: !refusedIPv4.contains { $0.contains(bytes) }
        case 16: globalIPv6.contains(bytes) && !refusedIPv6.contains { $0.contains(bytes) }
        default: false
        }
    }

    private struct Prefix {
        let bytes: [UInt8]
        let bits: Int

        init(_ bytes: [UInt8], _ bits: Int) {
            self.bytes = bytes
            self.bits = bits
        }

        func contains(_ address: [UInt8]) -> Bool {
            for bit in 0..<bits {
                let mask = UInt8(0x80) >> UInt8(bit % 8)
                let expected = bit / 8 < bytes.count ? bytes[bit / 8] : 0
                if address[bit / 8] & mask != expected & mask { return false }
            }
            return true
        }
    }

    private static let refusedIPv4 = [
        Prefix([0], 8),  // This network, and the unspecified address.
        Prefix([10], 8),
        Prefix([100, 64], 10),  // Carrier-grade NAT (RFC 6598).
        Prefix([127], 8),
        Prefix([169, 254], 16),  // Link-local, and the metadata service of cloud machines.
        Prefix([172, 16], 12),
        Prefix([192, 0, 0], 24),
        Prefix([192, 0, 2], 24),
        Prefix([192, 88, 99], 24),  // 6to4 relays (RFC 7526).
        Prefix([192, 168], 16),
        Prefix([198, 18], 15),
        Prefix([198, 51, 100], 24),
        Prefix([203, 0, 113], 24),
        Prefix([224], 4),  // Multicast.
        Prefix([240], 4),  // Reserved, and the broadcast address.
    ]

    // Everything outside 2000::/3 is refused by this alone: ::1, ::, IPv4-mapped and -compatible
    // addresses, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), unique local, link-local and multicast.
    private static let globalIPv6 = Prefix([0x20], 3)

    private static let refusedIPv6 = [
        Prefix([0x20, 0x01, 0x00], 23),  // Protocol assignments, with Teredo's embedded addresses.
        Prefix([0x20, 0x01, 0x0D, 0xB8], 32),  // Documentation.
        Prefix([0x20, 0x02], 16),  // 6to4 embeds an IPv4 address.
        Prefix([0x3F, 0xFF, 0x00], 20),  // Documentation (RFC 9637).
    ]
}
