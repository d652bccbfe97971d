# deque, OrderedDict and defaultdict.
from _collections import deque, OrderedDict, defaultdict
d=deque([1,2,3],maxlen=3)
d.append(4); print(d, d.maxlen, d[0], d[-1], 3 in d)
o=OrderedDict(a=1,b=2,c=3)
o.move_to_end('a'); print(o, list(o.items()), list(reversed(o)))
print(o.popitem(False), o)
print(dict(o), o==OrderedDict(c=3,a=1), o.keys())
dd=defaultdict(list); dd['x'].append(1); print(dd, deque[int])
