import Foundation

/// Prints a line at once, also into a pipe, so that whoever watches a long proof sees how far it is.
package func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}
