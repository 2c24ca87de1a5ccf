import sys; sys.path.insert(0,"bench")
import formats as F
from sets import rows, DATA
from rag.ingest.attribution import find_statements
from rag.text.characters import plain_text
from rag.types import Article
arts=rows(DATA/"polnear/train/articles.jsonl")[:6]
def said(a):
    return [(s.speaker," ".join(" ".join(a.text[x:y] for x,y in s.content).split())[:60]) for s in find_statements(a)]
for r in arts:
    t=plain_text(r["text"])
    b=said(Article(id="a",text=t,title="",path="a"))
    (o,)=F.articles_of(r["text"].encode(),"a.txt")
    g=said(o)
    print(len(b),len(g),[x for x in b if x not in g][:3],[x for x in g if x not in b][:3], o.text.split()==t.split(), [x for x in t.split("\n") if x not in o.text.split("\n")][:3])
