# Views of bytes: items, slices, casts, comparison, release.
def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)

m = memoryview(b'abcdef')
print(m[0], m[-1], len(m), m.readonly, m.nbytes, m.format, m.itemsize, m.shape, m.strides, m.ndim)
print(bytes(m[1:4]), bytes(m[::-2]), m[::2].strides, m[::2].contiguous, m.tolist(), m.hex(), m.hex(':', 2))
print(m == b'abcdef', m != b'abcdef', m[::-1] == b'fedcba', m == 'abcdef')
print(hash(m) == hash(b'abcdef'), m.obj, 97 in m, m.count(97), m.index(98))
attempt(m.index, 5)
attempt(lambda: m[6])
attempt(lambda: m['a'])
attempt(memoryview, 'text')
attempt(lambda: m.__setitem__(0, 1))

b = bytearray(range(24))
v = memoryview(b)
v[0] = 255
v[1:3] = b'xy'
print(b[:4])
for bad in (256, 'a', -1):
    attempt(v.__setitem__, 0, bad)
attempt(v.__setitem__, slice(0, 2), b'xyz')
attempt(b.append, 1)
attempt(b.clear)
i = v.cast('I')
print(i.tolist(), i.itemsize, i.format)
n = v.cast('B', [2, 3, 4])
print(n.shape, n.strides, n.tolist(), n[1, 2, 3], n.ndim, n.c_contiguous, n.f_contiguous)
print(n.tobytes('F'))
attempt(lambda: n[0])
attempt(lambda: n[0, 1])
attempt(v.cast, 'd', [5])
attempt(v.cast, 'xyz')
attempt(v[::2].cast, 'H')
attempt(i.cast, 'd')
s = v[:0].cast('B')
print(s.tolist())
attempt(v[:1].cast('B', []).__getitem__, ())
r = v.toreadonly()
attempt(r.__setitem__, 0, 1)
attempt(hash, v)
with memoryview(b'xyz') as w:
    keep = memoryview(w)
attempt(w.tobytes)
print(keep.tobytes())
attempt(lambda: repr(w).startswith('<released memory at 0x'))
for x in (v, i, n, s, r):
    x.release()
attempt(b.append, 1)
f = memoryview(bytearray(8)).cast('d')
f[0] = 1.5
print(f.tolist(), f == memoryview(f), f.cast('B').tolist())
c = memoryview(bytearray(2)).cast('c')
c[0] = b'z'
print(c.tolist(), list(c), list(memoryview(b'ab')))
attempt(c.__setitem__, 0, 1)
attempt(c.__setitem__, 0, b'ab')
q = memoryview(bytearray(b'\1\0')).cast('?')
print(q.tolist())
print(memoryview(bytearray(4)).cast('h') == memoryview(bytearray(8)).cast('i'))
