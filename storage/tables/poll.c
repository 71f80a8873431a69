#include "storage/tables/poll.h"

#include <stddef.h>

/* Minutes between two polls of one source. */
enum {
    HOUR = 60,
    DAY = 24 * HOUR,
    POLL_MIN = 15,
    POLL_MAX = DAY,
    POLL_MAX_SHARD = 30 * DAY,  /* of a sitemap within an index: most never change again */
    POLL_MAX_MISSED = 30 * DAY, /* of an address that was a wrong guess */
};

#define MINUTE_MS   INT64_C(60000)
#define HOUR_MS     (60 * MINUTE_MS)
#define FAILING     1.0 /* of fail_score */
#define DEAD        5.0
#define SCORE_MAX   12.0
#define AGE_PARTS   20 /* what is this many days old may wait for one more */
#define SHARD_PARTS 10

/* How bad a failure is: what it adds to the score, how much longer the interval gets (in sixths),
 * and how long it may get, before and after the score says dead. */
static const struct failure {
    double weight;
    int sixths;
    int64_t most_min, most_dead_min;
} temporary = {0.25, 9, POLL_MAX, 7 * DAY}, /* no answer, too much to do: likely to pass */
    soft = {0.5, 12, POLL_MAX, 7 * DAY},    /* refused, or not to be asked: may be about us */
    hard = {1.0, 18, 7 * DAY, 30 * DAY};    /* there is no such thing */

static const struct failure *failure_of(const struct poll_answer *answer)
{
    int status = answer->status;
    if (!answer->asked)
        return &soft;
    if (status == 404 || status == 410 || (status >= 200 && status < 400))
        return &hard; /* the last: it answers, with something else than a source */
    if (status == 0 || status >= 500 || status == 408 || status == 425 || status == 429)
        return &temporary;
    return &soft;
}

static int64_t later_of(int64_t a, int64_t b)
{
    return a > b ? a : b; /* MOMENT_NONE is less than any */
}

/* The interval of what has not changed for long. A shard's index tells when it changes, so it may
 * wait longer. */
static int64_t age_min(const struct poll_facts *facts, int64_t newest_ms, int64_t now_ms,
                       bool shard)
{
    int64_t changed_ms = shard ? later_of(newest_ms, facts->lastmod_ms) : newest_ms;
    if (changed_ms == MOMENT_NONE || changed_ms > now_ms)
        return 0;
    return (now_ms - changed_ms) / MINUTE_MS / (shard ? SHARD_PARTS : AGE_PARTS);
}

static int64_t clamped(int64_t value, int64_t least, int64_t most)
{
    return value > most ? most : value < least ? least : value;
}

/* The first answer is all new and tells nothing of how often there is news; its dates do. */
static int64_t next_after_answer(const struct poll_facts *facts, const struct poll_answer *answer,
                                 const struct poll *poll)
{
    bool shard = facts->source == KIND_SITEMAP && facts->depth > 0;
    int64_t most = shard ? POLL_MAX_SHARD : POLL_MAX, next = facts->poll_min;
    bool news = answer->news > 0 && facts->answered;
    if (news)
        next = next * 2 / 3;
    else if (facts->answered && shard)
        next = next * (facts->lastmod_ms != MOMENT_NONE ? 4 : 2);
    else if (facts->answered)
        next = answer->unchanged ? next * 3 / 2 : next * 4 / 3;
    if (!news)
        next = later_of(next, age_min(facts, poll->newest_ms, answer->now_ms, shard));
    return clamped(later_of(next, poll->hint_min), POLL_MIN, most);
}

static int64_t next_after_failure(const struct poll_facts *facts, const struct failure *failure,
                                  bool dead)
{
    int64_t most = dead ? failure->most_dead_min : failure->most_min;
    int64_t next = later_of(facts->poll_min * failure->sixths / 6, facts->hint_min);
    return clamped(next, POLL_MIN, most);
}

static void judge_failure(struct poll *poll, const struct poll_facts *facts,
                          const struct failure *failure)
{
    /* A guess that never was right is no source that died: it is tried again in a month. */
    bool missed = facts->guessed && !facts->answered && failure != &temporary;
    poll->fail_score += failure->weight;
    if (poll->fail_score > SCORE_MAX)
        poll->fail_score = SCORE_MAX;
    bool dead = missed || poll->fail_score >= DEAD;
    poll->retired = facts->unlisted && failure != &temporary;
    poll->status = dead ? "dead" : poll->fail_score >= FAILING ? "failing" : "ok";
    poll->poll_min = missed ? POLL_MAX_MISSED : next_after_failure(facts, failure, dead);
}

static void judge_answer(struct poll *poll, const struct poll_facts *facts,
                         const struct poll_answer *answer)
{
    int64_t newest_ms = answer->newest_ms;
    if (newest_ms > answer->now_ms + HOUR_MS)
        newest_ms = MOMENT_NONE;
    poll->newest_ms = later_of(newest_ms, facts->newest_ms);
    /* A 304 need not repeat what the whole answer said. */
    poll->hint_min = answer->hint_min || !answer->unchanged ? answer->hint_min : facts->hint_min;
    poll->fail_score = poll->fail_score < 0.1 ? 0 : poll->fail_score / 2;
    poll->status = "ok";
    poll->poll_min = next_after_answer(facts, answer, poll);
    /* A further page of an API is asked when the page before it was all new, not by itself. */
    poll->retired =
        (facts->unlisted && !answer->news) || (facts->source == KIND_API && facts->depth > 0);
}

struct poll poll_judge(const struct poll_facts *facts, const struct poll_answer *answer)
{
    struct poll poll = {
        .ok = answer->completion == COMPLETE_DONE && answer->status < 400,
        .retry = answer->completion == COMPLETE_RETRY,
        .fail_score = facts->fail_score,
        .status = "failing",
        .poll_min = facts->poll_min,
        .hint_min = facts->hint_min,
        .newest_ms = facts->newest_ms,
        .next_ms = answer->retry_ms,
    };
    if (poll.retry) /* what it comes to in the end is what counts */
        return poll;
    if (poll.ok)
        judge_answer(&poll, facts, answer);
    else
        judge_failure(&poll, facts, failure_of(answer));
    /* An eighth early: a run that begins each night at much the same time shall not find that
     * a poll of last night falls due a minute after its start. */
    poll.next_ms = answer->now_ms + poll.poll_min * MINUTE_MS * 7 / 8;
    return poll;
}

bool poll_is_full(int64_t feed_id, int64_t polls)
{
    return polls > 0 && (polls + feed_id) % POLLS_PER_FULL == 0;
}
