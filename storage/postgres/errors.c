/* errors.c - what a server or libpq says, as a store_error and as one sentence with what to do. */
#include <stdio.h>
#include <string.h>

#include "storage/postgres/session.h"

/* PostgreSQL's documentation, appendix A. */
static const struct {
    const char *state; /* beginning of the SQLSTATE */
    int error;
    const char *advice;
} answers[] = {
    {"22", STORE_UNFIT, "the server does not take a value"},
    {"23", STORE_UNFIT, "the server does not take a value"},
    {"54", STORE_UNFIT, "the server does not take a value"},
    {"P0001", STORE_UNFIT, "a trigger on the server does not take a value"},
    {"40001", STORE_BUSY, "another transaction was faster; try again"},
    {"40P01", STORE_BUSY, "two transactions waited for each other; try again"},
    {"55P03", STORE_BUSY, "another transaction holds what is needed; try again"},
    {"57014", STORE_BUSY, "the server ended the statement for its time; try again"},
    {"25P03", STORE_BUSY, "the server ended the idle transaction; try again"},
    {"57P04", STORE_MISSING, "the database was dropped: make it with createdb"},
    {"57P", STORE_BUSY, "the server is going down or coming up; try again"},
    {"08", STORE_BUSY, "the connection was lost; try again"},
    {"53100", STORE_FULL, "the server's disk is full: make room and run again, nothing is lost"},
    {"53200", STORE_FULL, "the server's memory ran out: run again, nothing is lost"},
    {"53300", STORE_BUSY, "the server has no connection left; try again"},
    {"53", STORE_FULL, "the server ran out of something: see to it and run again, nothing is lost"},
    {"58030", STORE_FAILED, "the server can't read or write its disk: see its log"},
    {"25006", STORE_READONLY, "the server takes no writes: give the primary"},
    {"42501", STORE_READONLY, "the role may not do that: give another, or grant it"},
    {"28", STORE_READONLY, "the server refused the role: check its name and password"},
    {"3D", STORE_MISSING, "there is no such database on the server: make it with createdb"},
    {"XX001", STORE_CORRUPT, "the server says that its data are damaged"},
    {"XX002", STORE_CORRUPT, "an index on the server is damaged: REINDEX"},
};

/* libpq keeps no SQLSTATE of a connection that was refused, so it is told by its words. */
static const struct {
    const char *words, *and;
    int error;
    bool lasting; /* while a server fails over or starts the others may be over soon */
    const char *advice;
} refusals[] = {
    {"the database system is", NULL, STORE_BUSY, false,
     "the server is going down or coming up; try again"},
    {"too many", NULL, STORE_BUSY, false,
     "the server has no connection left: raise max_connections"},
    {"connection slots", NULL, STORE_BUSY, false,
     "the server has no connection left: raise max_connections"},
    {"database \"", "does not exist", STORE_MISSING, true,
     "make the database on the server with createdb"},
    {"role \"", "does not exist", STORE_FAILED, true,
     "make the role on the server (schema/postgres/roles.sql), or give another as user"},
    {"no password supplied", NULL, STORE_FAILED, true,
     "give the password: in the connection string, PGPASSWORD or ~/.pgpass"},
    {"password authentication failed", NULL, STORE_FAILED, true,
     "check the role's name and its password"},
    {"authentication failed", NULL, STORE_FAILED, true,
     "check the role, or what pg_hba.conf wants of it"},
    {"pg_hba.conf", NULL, STORE_FAILED, true,
     "let this machine and role in by the server's pg_hba.conf, or see whether it wants TLS "
     "(sslmode)"},
    {"certificate", NULL, STORE_FAILED, true,
     "check sslmode, sslrootcert and the server's certificate"},
    {"SSL", NULL, STORE_FAILED, true, "check sslmode, and whether the server has TLS"},
    {"could not translate host name", NULL, STORE_FAILED, false, "check the host's name"},
    {"definition of service", NULL, STORE_FAILED, false, "name the service in ~/.pg_service.conf"},
    {"service file", NULL, STORE_FAILED, false, "name the service in ~/.pg_service.conf"},
    {"read-only", NULL, STORE_READONLY, false, "give the primary, or wait until there is one"},
    {"hot standby", NULL, STORE_READONLY, false, "give the primary, or wait until there is one"},
    {"Connection refused", NULL, STORE_FAILED, false,
     "nobody listens there: start the server, or check host and port"},
    {"No such file", NULL, STORE_FAILED, false,
     "no server has its socket there: start it, or check host and port"},
    {"timeout expired", NULL, STORE_FAILED, false,
     "the machine does not answer: check host and port, the network and its firewalls"},
    {"nreachable", NULL, STORE_FAILED, false,
     "the machine can't be reached: check host and network"},
    {"No route", NULL, STORE_FAILED, false, "the machine can't be reached: check host and network"},
    {"closed the connection", NULL, STORE_BUSY, false, "the connection was lost; try again"},
    {"onnection reset", NULL, STORE_BUSY, false, "the connection was lost; try again"},
    {"invalid", NULL, STORE_FAILED, false, "check the connection string"},
    {"missing", NULL, STORE_FAILED, false, "check the connection string"},
};

void session_advise(struct postgres_store *store, const char *advice, const char *said)
{
    struct store *base = &store->database.store;
    snprintf(base->message, sizeof(base->message), "%s: %s%s%.*s%s", store->database.name,
             advice ? advice : "", advice ? " (" : "", (int)strcspn(said, "\n"), said,
             advice ? ")" : "");
}

void session_say(struct postgres_store *store, const char *said)
{
    session_advise(store, NULL, said);
}

int session_error(struct postgres_store *store, const PGresult *result)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *said = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!said)
        said = PQerrorMessage(store->connection);
    for (size_t i = 0; state && i < sizeof(answers) / sizeof(answers[0]); i++) {
        if (strncmp(state, answers[i].state, strlen(answers[i].state)) != 0)
            continue;
        session_advise(store, answers[i].advice, said);
        return answers[i].error;
    }
    if (PQstatus(store->connection) == CONNECTION_BAD) {
        session_advise(store, "the connection was lost; try again", said);
        return STORE_BUSY;
    }
    session_advise(store, NULL, said);
    return STORE_FAILED;
}

int session_refusal(struct postgres_store *store, bool *lasting)
{
    const char *said = PQerrorMessage(store->connection);
    *lasting = false;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        const char *at = strstr(said, refusals[i].words);
        if (!at || (refusals[i].and &&!strstr(at, refusals[i].and)))
            continue;
        session_advise(store, refusals[i].advice, said);
        *lasting = refusals[i].lasting;
        return refusals[i].error;
    }
    session_advise(store, "check the connection string and the server", said);
    return STORE_FAILED;
}
