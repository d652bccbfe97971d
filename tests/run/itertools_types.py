# Every iterator of itertools, and the words of wrong arguments.
from itertools import *
print(list(islice(count(3,2),4)), list(islice(cycle('ab'),5)), list(repeat(1,3)), repeat(1), count(2.5,1))
print(list(chain([1],[2,3])), list(chain.from_iterable(['ab','c'])), list(zip_longest([1,2],[3],fillvalue=0)))
print(list(compress('abc',[1,0,1])), list(starmap(pow,[(2,3),[3,2]])), list(pairwise([1,2,3])), list(batched('abcde',2)))
print(list(takewhile(bool,[1,2,0,3])), list(dropwhile(bool,[1,0,3])), list(filterfalse(None,[0,1,''])), list(accumulate([1,2,3],initial=10)))
print(list(islice(range(20),2,15,4)), list(product('ab',[1,2])), list(product([0,1],repeat=2)))
print(list(permutations('abc',2)), list(combinations('abcd',2)), list(combinations_with_replacement('ab',2)))
print([(k,list(g)) for k,g in groupby([1,1,2,3,3],key=lambda x:x//2)])
a,b=tee([1,2,3]); print(list(a),list(b)); c,=tee(a,1); print(c is a)
for f in [lambda: islice([1],-1), lambda: cycle(), lambda: product([1],foo=1), lambda: list(batched([1,2,3],2,strict=True)), lambda: count('a'), lambda: repeat(), lambda: permutations([1],'a'), lambda: product([1],repeat=-1)]:
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
