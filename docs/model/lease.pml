/* The lease, the term, the mark and the failover of the database, as a model that spin checks in full.
 *
 * Nodes ask for the advisory lock on a session of their own, raise the term, and scan: a tick takes a snapshot, pages
 * decide the events that the snapshot sees and the mark does not, one event a page; the last page moves the mark.
 * Around them writers commit and roll back in any order, nodes crash, freeze and thaw, the server ends sessions that
 * were silent, and a standby is promoted that may not have the latest transactions.
 *
 * Checked in every reachable state:
 *   no event is decided twice                                    assertion in commit_page
 *   (timeline, term) grows from one tenure to the next           assertion in begin_tenure
 *   every event that is committed and stays so is decided, whatever happened before: ltl settled
 *   somebody leads in the end                                    ltl led
 *
 * Three variants are built in that must fail, so that it is known that the model can: NAIVE_MARK (highest id instead
 * of a snapshot), NO_FENCE (the scan's transaction is not on the session that holds the lock, and does not check the
 * term), NO_TIMELINE (the token is the term alone). `make model` runs all of them.
 */

#define NODES 2
#ifndef EVENTS
#define EVENTS 3
#endif
#ifndef FAULTS
#define FAULTS 2
#endif
#define NOBODY 255
#define NONE 255
#define BIT(e) (1 << (e))

/* What is in the database. Events are bits: the id of an event is its place, given when its writer begins. */
typedef Database {
    byte committed;
    byte decided;
    byte done;       /* the mark: what is visible in it has been decided */
    byte batch;      /* the snapshot that is being scanned */
    bool ticked;
    byte highest;    /* the mark of the naive variant: all ids below it count as read */
    byte term;
};
Database primary;
Database standby;
byte timeline = 1;

byte lockHolder = NOBODY;
bool connected[NODES];   /* the server has the node's lease session */
bool silent[NODES];      /* frozen or cut off: it does nothing and is not heard */
bool crashed[NODES];     /* it has lost all that was in its memory */
bool leads[NODES];       /* what the node believes */

byte open = 0;           /* writers whose transaction is open */
byte faults = FAULTS;         /* crashes and freezes left */
byte failovers = 1;

/* Ghosts: for the assertions alone. */
byte lastTerm = 0;
byte lastTimeline = 0;

#ifdef NAIVE_MARK
#define to_decide(e) ((primary.committed & BIT(e)) && e >= primary.highest)
#else
#define to_decide(e) ((primary.batch & BIT(e)) && !(primary.done & BIT(e)))
#endif

/* With the fence, a transaction commits only on the session that holds the lock, and only under the latest term. */
#ifdef NO_FENCE
#define may_commit(node, tenure, line) true
#else
#define may_commit(node, tenure, line) (connected[node] && lockHolder == node && primary.term == tenure && timeline == line)
#endif

inline copy(from, to) {
    to.committed = from.committed; to.decided = from.decided; to.done = from.done; to.batch = from.batch;
    to.ticked = from.ticked; to.highest = from.highest; to.term = from.term
}

inline end_session(node) {
    connected[node] = false;
    if
    :: lockHolder == node -> lockHolder = NOBODY
    :: else
    fi
}

/* The lowest event that is to be decided, or NONE. */
inline next_event(found) {
    found = NONE;
    e = 0;
    do
    :: e == EVENTS -> break
    :: e < EVENTS && found == NONE && to_decide(e) -> found = e; e++
    :: else -> e++
    od;
    e = 0
}

inline begin_tenure(node) {
    primary.term++;
    tenure = primary.term;
    line = timeline;
#ifdef NO_TIMELINE
    assert(tenure > lastTerm);
#else
    assert(line > lastTimeline || (line == lastTimeline && tenure > lastTerm));
#endif
    lastTerm = tenure; lastTimeline = line;
    leads[node] = true
}

inline commit_page(event) {
    if
    :: event != NONE ->
        assert(!(primary.decided & BIT(event)));
        primary.decided = primary.decided | BIT(event);
#ifdef NAIVE_MARK
        primary.highest = event + 1
#else
        primary.done = primary.done | BIT(event)
#endif
    :: else ->
        primary.done = primary.batch; primary.batch = 0; primary.ticked = false
    fi
}

inline step_down(node) { leads[node] = false; end_session(node); tenure = 0; line = 0; event = NONE; reading = false }

active [NODES] proctype Node() {
    byte me = _pid;
    byte tenure = 0; byte line = 0; byte event = NONE; byte e = 0;
    bool reading = false;   /* a page's transaction is open: it has read and not yet committed */
    do
    :: atomic { crashed[me] && !silent[me] -> step_down(me); crashed[me] = false }
    :: atomic { !silent[me] && !crashed[me] && !leads[me] && !connected[me] -> connected[me] = true }
    :: atomic { !silent[me] && !crashed[me] && !leads[me] && connected[me] && lockHolder == NOBODY ->
           lockHolder = me; begin_tenure(me) }
    /* An answer says that the session is gone. */
    :: atomic { !silent[me] && !crashed[me] && leads[me] && !reading && !may_commit(me, tenure, line) -> step_down(me) }
    :: atomic { !silent[me] && !crashed[me] && leads[me] && !reading && may_commit(me, tenure, line) && !primary.ticked ->
           primary.batch = primary.committed; primary.ticked = true }
    :: atomic { !silent[me] && !crashed[me] && leads[me] && !reading && may_commit(me, tenure, line) && primary.ticked ->
           next_event(event); reading = true }
    :: atomic { !silent[me] && !crashed[me] && leads[me] && reading ->
           if
           :: may_commit(me, tenure, line) -> commit_page(event); event = NONE; reading = false
           :: else -> step_down(me)
           fi }
    od
}

/* Ids are given in order, commits come in any order or never. */
active proctype Writers() {
    byte begun = 0; byte e;
    do
    :: atomic { begun < EVENTS -> open = open | BIT(begun); begun++ }
    :: atomic { open != 0 ->
           select(e : 0 .. (EVENTS - 1));
           if
           :: open & BIT(e) ->
               open = open & ~BIT(e);
               if
               :: primary.committed = primary.committed | BIT(e)
               :: skip
               fi
           :: else
           fi;
           e = 0 }
    :: atomic { begun == EVENTS && open == 0 -> break }
    od
}

active proctype Faults() {
    byte n;
    do
    :: atomic { faults > 0 -> faults--; select(n : 0 .. (NODES - 1));
           if
           :: crashed[n] = true; leads[n] = false; end_session(n)
           :: silent[n] = true
           fi;
           n = 0 }
    :: atomic { failovers > 0 -> failovers--;
           copy(standby, primary);
           timeline++;
           lockHolder = NOBODY; open = 0;
           for (n : 0 .. (NODES - 1)) { connected[n] = false }
           n = 0 }
    :: faults == 0 && failovers == 0 -> break
    :: break
    od
}

/* What the standby has when it is promoted: the primary as it once was. Once is enough, since only the last time counts. */
active proctype Replication() {
    if
    :: atomic { failovers > 0 -> copy(primary, standby) }
    :: failovers == 0
    fi
}

/* The server's time limits end silent sessions; and whoever is frozen thaws or is started again at some time. */
active proctype Time() {
end:
    do
    :: atomic { connected[0] && silent[0] -> end_session(0) }
    :: atomic { connected[1] && silent[1] -> end_session(1) }
    :: silent[0] -> silent[0] = false
    :: silent[1] -> silent[1] = false
    od
}

#define undecided ((primary.committed & ~primary.decided) != 0)

ltl settled { <>[] (!undecided) }
ltl led { [] (<> (leads[0] || leads[1])) }
