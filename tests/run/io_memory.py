# Streams in memory, and the newlines and errors of text streams.
import _io
b = _io.BytesIO(b'hello\nworld\n')
print(b.read(2), b.readline(), b.tell(), b.getvalue(), list(b))
b.seek(0, 2); b.write(b'more'); b.seek(0); b.write(b'J'); print(b.getvalue())
v = b.getbuffer()
try: b.write(b'x')
except BufferError as e: print(e)
v[0] = 75
del v
b.seek(20); b.write(b'z'); print(b.getvalue(), b.truncate(3), b.getvalue())
s = _io.StringIO('abc\ndef\r\ng')
print(list(s), s.getvalue()); s.seek(1); s.write('\u20ac'); print(s.getvalue(), s.tell())
s = _io.StringIO(newline=None); s.write('a\r\nb\rc\n'); print(repr(s.getvalue()), s.newlines)
s = _io.StringIO('x\ny', newline='\r\n'); print(repr(s.getvalue())); print(s.__getstate__())
class S(_io.StringIO): pass
x = S('q'); x.foo = 1; print(x.__getstate__()); y = S(); y.__setstate__(x.__getstate__()); print(y.foo, y.read())
for bad in (lambda: _io.StringIO(3), lambda: _io.StringIO('', 'x'), lambda: b.seek(-1), lambda: s.seek(-1), lambda: _io.BytesIO('a'), lambda: s.write(b'a'), lambda: b.write('a')):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
b.close()
try: b.read()
except ValueError as e: print(e)
print(b.closed, _io.BytesIO(b'abc').__getstate__())
t = _io.TextIOWrapper(_io.BytesIO('h\u00e9llo w\u00f6rld\n\u20ac\n'.encode()), encoding='utf-8')
print(t.readline()); p = t.tell(); print(t.read(1), t.tell()); t.seek(p); print(t.read())
t = _io.TextIOWrapper(_io.BytesIO(), encoding='latin-1', newline='\r\n', errors='replace'); t.write('a\n\u20acb\n'); t.flush(); print(t.buffer.getvalue())
try:
    t = _io.TextIOWrapper(_io.BytesIO(b'\xff'), encoding='utf-8'); t.read()
except UnicodeDecodeError as e: print(e)
t = _io.TextIOWrapper(_io.BytesIO(b'\xffab'), encoding='utf-8', errors='surrogateescape'); print(ascii(t.read()))
t = _io.TextIOWrapper(_io.BytesIO(b'ab\ncd'), encoding='ascii'); t._CHUNK_SIZE=1; print(t.readlines())
