import CommandLineKit

/// The executable; everything is in `CommandLineKit`, where tests reach it.
@main
struct Entry {
    static func main() async {
        await CommandLineTool.main()
    }
}
