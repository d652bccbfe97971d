# Files, buffered streams and text streams.
import _io, posix
PATH = '/tmp/taipan_io_%d' % posix.getpid()
f = _io.open(PATH,'w')
print(f.write('hello\nwörld\n'), f.tell())
f.close()
f = _io.open(PATH)
print(f.read())
f.seek(0)
for line in f: print(repr(line))
f.close()
with _io.open(PATH,'rb') as f:
    print(f.read(3), f.readline(), f.tell(), f.peek(), f.readlines())
print(f.closed)
try: f.read()
except ValueError as e: print(e)
try: _io.open('/nonexistent')
except OSError as e: print(type(e), e, e.errno, e.filename)
try: _io.open('/')
except OSError as e: print(type(e), e)
with _io.open(PATH,'r+b') as f:
    f.seek(2); f.write(b'XX'); print(f.read()); f.seek(0); print(f.read())
class Raw(_io._RawIOBase):
    def __init__(self, d): self.d = d
    def readable(self): return True
    def readinto(self, b):
        n = min(len(b), len(self.d), 3)
        b[:n] = self.d[:n]; self.d = self.d[n:]
        return n
r = _io.BufferedReader(Raw(b'abcdefgh\nxyz'))
print(r.readline(), r.read())
t = _io.TextIOWrapper(_io.BufferedReader(Raw(b'a\r\nb\rc\nd')), newline=None)
print(t.readlines(), t.newlines)
t = _io.TextIOWrapper(_io.BufferedReader(Raw(b'a\r\nb\rc\nd')), newline='')
print(t.readlines(), t.newlines)
d = _io.IncrementalNewlineDecoder(None, True)
print(repr(d.decode('a\r')), repr(d.decode('\nb\rc')), d.newlines)
try: _io._IOBase().seek(0)
except _io.UnsupportedOperation as e: print(repr(e), isinstance(e, ValueError), isinstance(e, OSError))
posix.unlink(PATH)
