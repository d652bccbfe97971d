import threading, time, _thread, signal, os
total = 0
lock = threading.Lock()
def work(n):
    global total
    for i in range(n):
        with lock: total += 1
ts = [threading.Thread(target=work, args=(5000,)) for _ in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(total)
e = threading.Event()
def waiter():
    e.wait(); print("woken")
t = threading.Thread(target=waiter); t.start(); time.sleep(0.05); e.set(); t.join()
c = threading.Condition(); q = []
def producer():
    for i in range(5):
        with c: q.append(i); c.notify()
def consumer():
    got = []
    while len(got) < 5:
        with c:
            while not q: c.wait()
            got.append(q.pop(0))
    print(got)
a = threading.Thread(target=consumer); b = threading.Thread(target=producer); a.start(); b.start(); a.join(); b.join()
l = threading.local(); l.x = 1
def f():
    print(hasattr(l, "x")); l.x = 2
t = threading.Thread(target=f); t.start(); t.join(); print(l.x)
hits = []
signal.signal(signal.SIGALRM, lambda s, f: hits.append(s))
signal.setitimer(signal.ITIMER_REAL, 0.05)
t0 = time.time(); time.sleep(0.2); print(hits, time.time() - t0 >= 0.2)
signal.setitimer(signal.ITIMER_REAL, 0.05)
while len(hits) < 2: pass
print(hits)
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt: print("ki")
lk = threading.Lock(); lk.acquire(); t0 = time.monotonic(); print(lk.acquire(timeout=0.05), time.monotonic() - t0 >= 0.05)
print("end")
