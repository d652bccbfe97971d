# partial with placeholders, reduce, keys, caches, and operators as functions.
from _functools import *
from _functools import Placeholder as P, _lru_cache_wrapper
import _operator as o
p=partial(print,1,P,3,sep='-'); p(2); print(p); p(2,4,sep='+')
q=partial(p,7); q(8); print(q.args,q.keywords)
print(reduce(o.add,[1,2,3],10), sorted([3,1,2],key=cmp_to_key(lambda a,b:b-a)))
print(o.itemgetter(1,2)('abc'), o.attrgetter('real','imag')(3), o.methodcaller('split',',',maxsplit=1)('a,b,c'), o.methodcaller('f',1,k=2))
calls=[]
def f(x): calls.append(x); return x*2
c=_lru_cache_wrapper(f,2,False,lambda *a:a)
print([c(i) for i in (1,2,1,3,2,1)],calls,c.cache_info())
print(o.index(True), o.countOf([1,2,1],1), o.length_hint([1]), o._compare_digest(b'a',b'a'))
