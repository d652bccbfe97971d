# Context variables, file modes, bisection and heaps.
import _contextvars as c, _stat, _bisect, _heapq
v=c.ContextVar('v',default=5); w=c.ContextVar('w')
print(v.get(), v.get(7), w.get(3)); t=v.set(10); print(v.get(), t.old_value, t.var is v, c.Token.MISSING)
ctx=c.copy_context(); v.set(11); print(ctx[v], v.get(), ctx.run(lambda: (v.get(), v.set(99).old_value, v.get())), ctx[v], v.get(), len(ctx), v in ctx, w in ctx, list(ctx.items())==[(v,99)])
v.reset(t) ; print(v.get())
with w.set(1) as tok: print(w.get(), tok.used if hasattr(tok,'used') else '')
def e(f):
    try: print(f())
    except Exception as x: print(type(x).__name__, str(x).split(' at ')[0])
e(lambda: w.get()); e(lambda: v.reset(t)); e(lambda: ctx['a']); e(lambda: ctx[w]); e(lambda: c.ContextVar(1)); e(lambda: c.Context(1)); e(lambda: c.Token()); e(lambda: v.reset(1)); e(lambda: ctx.run()); e(lambda: ctx.run(ctx.run,print))
print(_stat.filemode(0o100755), _stat.filemode(0o041777), _stat.S_ISDIR(0o040000), _stat.S_IMODE(0o100644), _stat.S_IFMT(0o100644))
a=[1,2,2,3]; print(_bisect.bisect_left(a,2), _bisect.bisect_right(a,2), _bisect.bisect_left(a,2,hi=1), _bisect.bisect_right([1,2],-2,key=lambda x:-x)); _bisect.insort_left(a,2.5); print(a)
e(lambda: _bisect.bisect_left(a,1,-1)); 
h=[5,3,8,1,9,2]; _heapq.heapify(h); print(h); _heapq.heappush(h,0); print([_heapq.heappop(h) for _ in range(len(h))])
h=[5,3,8,1,9,2]; _heapq.heapify_max(h); print(h, _heapq.heappushpop_max(h,4), _heapq.heapreplace_max(h,7), h, _heapq.heappushpop([1,2],0)); e(lambda: _heapq.heappop([])); e(lambda: _heapq.heappush(1,2))
