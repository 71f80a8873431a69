# Turns schema/<dialect>/*.sql into C when building (see storage/).
set(EMBEDDED_SOURCES)
