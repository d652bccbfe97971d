(a()).c: int
(a + b).c: int
((a, b))[0].c: int = 1
(a.b): int
