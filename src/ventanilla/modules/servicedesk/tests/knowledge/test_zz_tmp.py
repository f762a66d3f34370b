"""Temporary: hints over many tickets."""
import random, time, statistics
from datetime import timedelta
import pytest
from django.db import connection
from django.utils import timezone
from ventanilla.modules.servicedesk.models import TicketHint
from ventanilla.modules.servicedesk.services import TicketDraft, open_tickets
from ventanilla.modules.servicedesk.services.hints import Asked, alike, count_features, index_tickets, _indexed, _counts
from ventanilla.modules.servicedesk.tests.desk import desk
from ventanilla.lib.recurrence import features
from ventanilla.lib.tests.recurrence_worlds import world as rworld

@pytest.mark.django_db
def test_bench():
    d = desk()
    made = rworld(3, 20_000)
    texts = [t.text for t in made.tickets]
    now = timezone.now(); rng = random.Random(1)
    t0=time.perf_counter()
    cases=[]
    for i in range(0, 6000, 1000):
        cases += open_tickets(actor=d.agent, drafts=[TicketDraft(x[:200], version=d.incident, requester=d.asker, channel="phone", description=x[:1500], received_at=now-timedelta(days=rng.randrange(1,300))) for x in texts[i:i+1000]])
    print("open 6000", time.perf_counter()-t0)
    t0=time.perf_counter()
    n=0
    while (k:=index_tickets()): n+=k
    print("index", n, time.perf_counter()-t0)
    # multiply the index rows by other tickets: copies of the feature rows of 20,000 texts, 10 times, under ids beyond
    t0=time.perf_counter()
    rows=[list(features(x)) for x in texts]
    print("features 20k", time.perf_counter()-t0)
    with connection.cursor() as c:
        c.execute("SET CONSTRAINTS ALL IMMEDIATE")
        c.execute("ALTER TABLE servicedesk_tickethint DROP CONSTRAINT servicedesk_hint_case_owned")
        c.execute("SELECT conname FROM pg_constraint WHERE conrelid='servicedesk_tickethint'::regclass AND contype='f'")
        for (n,) in c.fetchall(): c.execute(f'ALTER TABLE servicedesk_tickethint DROP CONSTRAINT "{n}"')
        t0=time.perf_counter()
        with c.copy("COPY servicedesk_tickethint (case_id, institution_id, features) FROM STDIN") as cp:
            for rep in range(10):
                for i,f in enumerate(rows):
                    cp.write_row((-(rep*20000+i+1), d.world.institution.pk, f))
        print("copy 200k", time.perf_counter()-t0)
        t0=time.perf_counter(); count_features(d.world.institution.pk); print("count", time.perf_counter()-t0)
        c.execute("ANALYZE servicedesk_tickethint; ANALYZE servicedesk_featurecount")
    tests=[]
    ids=[c.pk for c in cases]
    took=[]; hit=0; N=150
    for i in rng.sample(range(6000), N):
        x=texts[i].split(); 
        # typed: drop a third of words, a slip in one
        y=[w for w in x if rng.random()>0.33][:14] or x
        j=rng.randrange(len(y)); w=y[j]
        if len(w)>4: k=rng.randrange(1,len(w)-1); y[j]=w[:k]+w[k+1]+w[k]+w[k+2:]
        t0=time.perf_counter(); found=alike(d.agent, Asked(" ".join(y), d.asker.unit_id)); took.append((time.perf_counter()-t0)*1000)
        hit += any(a.case.pk==ids[i] for a in found)
    took.sort()
    print("recall@5", hit/N, "p50", took[len(took)//2], "p95", took[int(len(took)*.95)], "max", took[-1])
