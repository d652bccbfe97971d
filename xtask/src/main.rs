//! Repository chores that need more than cargo: checks of the layout, recording of digests.

fn main() {
    eprintln!("usage: cargo xtask COMMAND");
    std::process::exit(2);
}
