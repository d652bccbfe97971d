//! The command's answers compared with recorded facts. One binary, since each is a link.
//!
//! The programs and the facts are in the folder `tests` of the repository; its README says how they
//! are laid out. Nothing here needs a reference interpreter.

mod command;
mod errors;
mod hostile;
mod library;
mod pages;
mod programs;
mod show;
mod transcript;
