def app(n):
    s = ""
    for i in range(n):
        s += "ab"
    return len(s), s[-4:], s[3]
print(app(100000))
class P:
    kind = "p"
    def __init__(self, x): self.x = x
    def __getitem__(self, k): return self.x * k
    def m(self): return self.kind + str(self.x)
def go():
    d = {}
    p = P(3)
    t = 0
    for i in range(1000):
        d[i] = i * 2; d["k"] = i
        t += d[i] + p[2] + (i // 3) % 7 + (1 << (i % 10)) + (i >> 2)
        if i in d and "k" in d and i in {1,2,3} : t += 1
        a, b = (i, 2)
        [c, e, f] = [i, 2, 3]
        x, y, z = i, b, c
        t += a + b + c + e + f + x + y + z
        if p.kind == "p": t += 1
        if p: t += 1
        if [] or None or "": t += 100
        q = i / 4 + 1.5 * i - 2
        t += q
        for w in (1, 2.0, 3): t += w
        t += P.kind == "p"
    p.__dict__["x"] = 7
    for i in range(600):
        t += p.x
        p.x = i
    return t, p.m()
print(go())
s = "é"
for i in range(300): s = s + "x"; s += "ü"
print(len(s), s[-3:], hash(s) == hash("é" + "xü"*300))
u = "a"
v = u
u += "b"
print(u, v)
def selfadd():
    s = "abc" * 30
    for _ in range(5): s += s
    return len(s), s[:3], s[-3:]
print(selfadd())
