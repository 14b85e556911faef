/// Names to make people up from, of the kinds that a Norwegian ward's list has.
enum DemonstrationNames {
    static let first = [
        "Anne", "Kari", "Ingrid", "Solveig", "Bjørg", "Åse", "Øyvind", "Lars", "Per", "Nils",
        "Amina", "Fatima", "Hodan", "Maryam", "Zahra", "Ahmed", "Yusuf", "Abdi", "Ali", "Hassan",
        "Maria", "Joanna", "Agnieszka", "Katarzyna", "Piotr", "Tomasz", "Rasa", "Jurgita",
        "Linh", "Thi", "Minh", "Jasmin", "Rosario", "Angelica", "Jose", "Grace", "Blessing",
        "Sunniva", "Torbjørn", "Eirik", "Håkon", "Sølvi", "Gro", "Siri", "Olena", "Oksana",
    ]
    static let last = [
        "Hansen", "Johansen", "Olsen", "Larsen", "Berg", "Haugen", "Hagen", "Bakken", "Lie",
        "Ødegård", "Åsheim", "Strøm", "Sæther", "Solberg", "Moen", "Yusuf", "Mohamed", "Hussein",
        "Ali", "Warsame", "Kowalska", "Nowak", "Wiśniewski", "Nguyen", "Tran", "Santos", "Reyes",
        "Cruz", "Okafor", "Mensah", "Shevchenko", "Kovalenko", "Kazlauskas", "Bjørnsdottir",
    ]
}
