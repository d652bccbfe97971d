# Files and directories through the system calls of posix, and the errors they end in.
import os


def attempt(function, *arguments, **options):
    try:
        return function(*arguments, **options)
    except (OSError, TypeError, ValueError, OverflowError, NotImplementedError) as error:
        return f"{type(error).__name__}: {error}"


class Path:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


home = os.getcwd()
folder = f"/tmp/posix_files_{os.getpid()}"
os.mkdir(folder)
os.chdir(folder)

fd = os.open("file", os.O_CREAT | os.O_RDWR)
print(os.write(fd, b"hello"), os.lseek(fd, 0, os.SEEK_SET), os.read(fd, 10), os.pread(fd, 2, 1))
room = bytearray(3)
print(os.preadv(fd, [room], 1), room, os.pwritev(fd, [b"a", b"bc"], 0), os.fstat(fd).st_size)
print(os.get_inheritable(fd), os.get_blocking(fd), os.isatty(fd))
print(os.close(fd), attempt(os.close, fd), attempt(os.read, fd, -1))

os.link("file", "second")
os.symlink("file", "link")
print(os.readlink("link"), os.readlink(b"link"), attempt(os.readlink, "file"))
print(sorted(os.listdir()), sorted(os.listdir(b".")))
entries = sorted(os.scandir(), key=lambda entry: entry.name)
print(entries, [(entry.path, entry.is_file(), entry.is_dir(), entry.is_symlink()) for entry in entries])
directory = os.open(".", os.O_RDONLY)
print(os.stat("file", dir_fd=directory).st_nlink, sorted(os.listdir(directory)))
os.close(directory)

os.utime("file", (1, 2.5))
status = os.stat("file")
print(status.st_atime, status.st_mtime_ns, status[8], len(status))
os.utime("file", ns=(5, 10**18 + 7))
print(os.stat(Path("file")).st_mtime_ns, attempt(os.utime, "file", 5))
os.chmod("file", 0o640)
print(oct(os.stat("file").st_mode), os.access("file", os.R_OK), os.access("nothing", os.R_OK))

for function, *arguments in [
    (os.stat, "nothing"), (os.stat, 1.5), (os.stat, "a\0b"), (os.stat, Path(5)), (os.mkdir, 1.5),
    (os.rename, "nothing", "other"), (os.rmdir, "file"), (os.mkdir, "file"), (os.chown, "file", "a", 1),
    (os.open, "file", 10**30), (os.fspath, 5), (os.stat, 10**20), (os.fsync, "x"), (os.fsync, -1),
]:
    print(function.__name__, attempt(function, *arguments))

for name in os.listdir():
    os.unlink(name)
os.chdir(home)
os.rmdir(folder)
