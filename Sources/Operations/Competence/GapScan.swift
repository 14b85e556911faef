import CivilCalendar
import Competence
import Engine
import Storage

/// Counts who has what is asked of them, in one run through people and entries that both come in
/// the order of people. What is read of an entry is compared where it lies in the database's own
/// memory: no text is made of it.
struct GapScan {
    /// Somebody, and where they work.
    struct Worker {
        struct Post {
            let place: Int
            let needs: Int
            let from: CivilDay?
        }

        let id: String
        let key: [UInt8]
        var posts: [Post]
    }

    /// A competence, as its entries name it.
    private struct Known {
        let id: CompetenceID
        let key: [UInt8]
        /// The levels of its ladder, the lowest first.
        let levels: [[UInt8]]
    }

    /// What somebody needs: how high for each competence, in the order of `known`.
    private struct Needs {
        /// The lowest slot that is enough; nil where it is not asked.
        var slots: [Int?]
        var within: [Offset?]
    }

    /// How long something counts.
    private enum Lasting: UInt8 {
        case not, short, long
    }

    /// How somebody stands, the most pressing last.
    private enum Standing: Int, Comparable {
        case held, ahead, expiring, missing

        static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    let roles: Set<RoleID>
    private(set) var people: [Worker] = []

    private let shelf: FrameworkShelf
    private let units: UnitsBelow
    private let day: CivilDay
    private let dayText: [UInt8]
    private let horizonText: [UInt8]
    private let horizon: CivilDay
    private let end: Int64
    private let known: [Known]
    private let width: Int
    private var needs: [Needs] = []
    /// The lowest slot that anybody is asked for, for each competence.
    private var lowest: [Int?]
    private var needsByKind: [[String?]: Int] = [:]
    /// The places, and after them all together.
    private var places: [GapReport.Place]

    // Where the run is.
    private var current = 0
    private var competence = 0
    private var group: [(number: Int64, slot: Int, lasting: Lasting)] = []
    private var lasting: [UInt8]
    private var sawAny = false

    init(
        shelf: FrameworkShelf, units: UnitsBelow, day: CivilDay, horizon: CivilDay, end: Int64
    ) {
        self.shelf = shelf
        self.units = units
        self.day = day
        self.horizon = horizon
        self.end = end
        dayText = Array(day.description.utf8)
        horizonText = Array(horizon.description.utf8)
        roles = Set(shelf.versions.flatMap(\.framework.profiles).flatMap(\.roles))
        known = shelf.versions.flatMap(\.framework.competences).map { definition in
            let ladder = shelf.ladder(of: definition.id)
            return Known(
                id: definition.id, key: Array(definition.id.rawValue.utf8),
                levels: ladder?.levels.map { Array($0.id.rawValue.utf8) } ?? [])
        }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        // One slot for what has no level that the ladder knows, and one for each level.
        width = 1 + (known.map(\.levels.count).max() ?? 0)
        lasting = [UInt8](repeating: 0, count: known.count * width)
        lowest = Array(repeating: nil, count: known.count)
        let count = known.count
        let all = [(id: units.top, name: units.topName)]
        places = (units.places + all).enumerated().map { index, place in
            GapReport.Place(
                id: place.id, name: place.name, isItself: index == 0,
                counts: Array(repeating: GapCount(), count: count),
                spare: Array(repeating: 0, count: count))
        }
    }

    // MARK: - People

    /// Somebody's place of work, people in the order of their ids.
    mutating func add(
        person: String, unit: String, position: String?, from: CivilDay?, roles: Set<RoleID>?
    ) {
        guard let (place, kind) = units.units[unit] else { return }
        let post = Worker.Post(
            place: place, needs: needs(position, kind, roles ?? []), from: from)
        if let last = people.indices.last, people[last].id == person {
            people[last].posts.append(post)
        } else {
            people.append(Worker(id: person, key: Array(person.utf8), posts: [post]))
        }
    }

    private mutating func needs(
        _ position: String?, _ kind: String, _ roles: Set<RoleID>
    ) -> Int {
        let key = [position, kind] + roles.map(\.rawValue).sorted()
        if let found = needsByKind[key] { return found }
        var made = Needs(
            slots: Array(repeating: nil, count: known.count),
            within: Array(repeating: nil, count: known.count))
        let places = Dictionary(
            known.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        for framework in shelf.versions.map(\.framework) {
            for (requirement, _) in framework.requirements(
                position: position, unitKind: kind, roles: roles)
            {
                guard let place = places[requirement.competence] else { continue }
                let rank = requirement.level.flatMap {
                    framework.ladder(of: requirement.competence)?.rank(of: $0)
                }
                let slot = rank.map { $0 + 1 } ?? 0
                made.slots[place] = slot
                lowest[place] = min(lowest[place] ?? slot, slot)
                made.within[place] = requirement.within
            }
        }
        needs.append(made)
        needsByKind[key] = needs.count - 1
        return needs.count - 1
    }

    // MARK: - Entries

    /// The next entry, in the order of people, competences and numbers.
    mutating func see(_ row: any ResultRow) {
        if current == people.count { return }
        let person = row.utf8(0)
        while true {
            let order = Self.compare(people[current].key, person)
            if order == 0 { break }
            // Somebody of elsewhere, or the next of ours.
            if order > 0 { return }
            count()
            if current == people.count { return }
        }
        let name = row.utf8(1)
        while competence < known.count, Self.compare(known[competence].key, name) < 0 {
            closeGroup()
            competence += 1
        }
        guard competence < known.count, Self.compare(known[competence].key, name) == 0,
            row.integer(7) < end
        else { return }
        if !row.isNull(6) {
            let revoked = row.integer(6)
            group.removeAll { $0.number == revoked }
            return
        }
        guard Self.compare(dayText, row.utf8(4)) >= 0 else { return }
        var holds = Lasting.long
        if !row.isNull(5) {
            let until = row.utf8(5)
            if Self.compare(dayText, until) > 0 {
                holds = .not
            } else if Self.compare(horizonText, until) > 0 {
                holds = .short
            }
        }
        if holds == .not { return }
        let level = row.utf8(3)
        let rank = known[competence].levels.firstIndex { Self.compare($0, level) == 0 }
        group.append((row.integer(2), rank.map { $0 + 1 } ?? 0, holds))
    }

    private mutating func closeGroup() {
        for entry in group {
            let place = competence * width + entry.slot
            lasting[place] = max(lasting[place], entry.lasting.rawValue)
            sawAny = true
        }
        group.removeAll(keepingCapacity: true)
    }

    /// Counts the person whose entries have all been seen, and goes on to the next.
    private mutating func count() {
        closeGroup()
        let total = places.count - 1
        let posts = people[current].posts
        if posts.count == 1 {
            count(posts[...], in: posts[0].place, and: total)
        } else {
            // Once in each place, with all that is asked of them there, and once in all.
            let sorted = posts.sorted { $0.place < $1.place }
            for place in Set(sorted.map(\.place)).sorted() {
                let first = sorted.firstIndex { $0.place == place } ?? 0
                count(sorted[first...].prefix { $0.place == place }, in: place, and: nil)
            }
            count(sorted[...], in: total, and: nil)
        }
        if sawAny {
            for index in lasting.indices { lasting[index] = 0 }
            sawAny = false
        }
        competence = 0
        current += 1
    }

    private mutating func count(
        _ posts: ArraySlice<Worker.Post>, in place: Int, and other: Int?
    ) {
        places[place].people += 1
        if let other { places[other].people += 1 }
        for index in known.indices {
            // Asked of several posts, the one that is furthest from it counts.
            var most: Standing?
            for post in posts {
                guard let found = standing(index, post) else { continue }
                most = max(most ?? found, found)
            }
            note(most, index, in: place)
            if let other { note(most, index, in: other) }
        }
    }

    private mutating func note(_ standing: Standing?, _ index: Int, in place: Int) {
        switch standing {
        case .held: places[place].counts[index].held += 1
        case .ahead: places[place].counts[index].ahead += 1
        case .expiring: places[place].counts[index].expiring += 1
        case .missing: places[place].counts[index].missing += 1
        case nil: if isSpare(index) { places[place].spare[index] += 1 }
        }
    }

    /// How somebody stands with a competence in one post; nil where it is not asked.
    private func standing(_ index: Int, _ post: Worker.Post) -> Standing? {
        guard let slot = needs[post.needs].slots[index] else { return nil }
        let levels = known[index].levels.count
        var best: UInt8 = 0
        if sawAny, slot <= levels {
            let base = index * width
            for place in (base + slot)...(base + levels) { best = max(best, lasting[place]) }
        }
        switch best {
        case Lasting.long.rawValue: return .held
        case Lasting.short.rawValue: return .expiring
        default:
            guard let from = post.from, let within = needs[post.needs].within[index],
                within.applied(to: from, in: WorkingCalendar()) >= day
            else { return .missing }
            return .ahead
        }
    }

    /// Whether somebody of whom a competence is not asked has it all the same.
    private func isSpare(_ index: Int) -> Bool {
        let levels = known[index].levels.count
        guard sawAny, let lowest = lowest[index], lowest <= levels else { return false }
        let base = index * width
        return ((base + lowest)...(base + levels)).contains { lasting[$0] > 0 }
    }

    /// Counts everybody who is left.
    mutating func finish() {
        while current < people.count { count() }
    }

    /// As C's memcmp orders them, which is how the database does.
    private static func compare(_ a: [UInt8], _ b: UnsafeRawBufferPointer) -> Int {
        a.withUnsafeBytes { a in
            var index = 0
            let shared = min(a.count, b.count)
            while index < shared {
                if a[index] != b[index] { return Int(a[index]) - Int(b[index]) }
                index += 1
            }
            return a.count - b.count
        }
    }

    // MARK: - The report

    /// What was counted; competences in the order of their frameworks, and only those asked for.
    func report() -> GapReport {
        let found = places.dropLast().filter { $0.people > 0 }
        let order = shelf.versions.flatMap(\.framework.competences).compactMap { definition in
            known.firstIndex { $0.id == definition.id }
        }.filter { index in found.contains { $0.counts[index].needed > 0 } }
        func ordered(_ place: GapReport.Place) -> GapReport.Place {
            var kept = place
            kept.counts = order.map { place.counts[$0] }
            kept.spare = order.map { place.spare[$0] }
            return kept
        }
        return GapReport(
            unit: units.top, name: units.topName, day: day, horizon: horizon,
            competences: order.map { known[$0].id }, places: found.map(ordered),
            total: ordered(places[places.count - 1]))
    }
}
