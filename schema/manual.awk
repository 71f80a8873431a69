# Makes the manual page crawler-database(5) of README.md: awk -v version=… -v day=… -v doc=… -f manual.awk
#
# Knows what of Markdown is used there: headings, paragraphs, lists, code (indented; what is fenced is
# a picture, and left out), tables, and `code`, **stress** and [links](…) in a line. Tables whose last
# column is the meaning become lists, for which a terminal has room; others stay tables (tbl).

BEGIN {
    print "'\\\" t"
    print ".TH CRAWLER-DATABASE 5 " day " \"crawler " version "\" \"File Formats\""
    print ".SH NAME\ncrawler\\-database \\- what is in the database of crawler(1), and what stays so"
}

/^```/ { fenced = !fenced; next }
fenced { next }
/^\|/ { leave_code(); rows[++row_count] = $0; next }
row_count { print_table() }
/^    / { enter_code(); print "\\&" as_typed(substr($0, 5)); next }
/^$/ { if (in_code) held++; else broken = 1; next }
{ leave_code() }
/^# / { print ".SH DESCRIPTION"; headed = 1; next }
/^## / { print ".SH " in_line(toupper(substr($0, 4))); headed = 1; next }
/^### / { print ".SS " in_line(substr($0, 5)); headed = 1; next }
/^- / { print ".IP \\(bu 2"; broken = headed = 0; print in_line(substr($0, 3)); next }
{
    if (broken)
        begin_paragraph()
    sub(/^ +/, "")
    print in_line($0)
}

END {
    if (row_count)
        print_table()
    leave_code()
    print ".SH FILES\n.TP\n\\fI" as_typed(doc) "/questions.sql\\fR\nQuestions to start from."
    print ".SH SEE ALSO\n\\fBcrawler\\fR(1), \\fBsqlite3\\fR(1)"
    exit failed
}

# A heading begins one, too.
function begin_paragraph() {
    if (!headed)
        print ".PP"
    broken = headed = 0
}

function enter_code() {
    if (!in_code) {
        begin_paragraph()
        print ".RS 4\n.EX"
    }
    for (; held > 0; held--)
        print ""
    in_code = 1
}

function leave_code() {
    if (in_code)
        print ".EE\n.RE"
    if (in_code)
        broken = 1
    in_code = held = 0
}

# What is copied from the page must come out as it was typed.
function as_typed(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    gsub(/'/, "\\(aq", text)
    gsub(/`/, "\\(ga", text)
    gsub(/\^/, "\\(ha", text)
    gsub(/~/, "\\(ti", text)
    return text
}

function in_line(text,    parts, count, i, out) {
    count = split(text, parts, "`")
    if (text != "" && count % 2 == 0) {
        print "line " FNR ": a ` that no other one closes in its line" > "/dev/stderr"
        failed = 1
    }
    for (i = 1; i <= count; i++)
        out = out (i % 2 ? plain(parts[i]) : "\\fB" as_typed(parts[i]) "\\fR")
    return out ~ /^[.']/ ? "\\&" out : out
}

function plain(text) {
    gsub(/\\/, "\\e", text)
    while (match(text, /\*\*[^*]+\*\*/))
        text = substr(text, 1, RSTART - 1) "\\fB" substr(text, RSTART + 2, RLENGTH - 4) "\\fR" \
            substr(text, RSTART + RLENGTH)
    while (match(text, /\[[^]]+\]\([^)]+\)/)) {
        link = substr(text, RSTART + 1, RLENGTH - 1)
        sub(/\].*/, "", link)
        text = substr(text, 1, RSTART - 1) link substr(text, RSTART + RLENGTH)
    }
    return text
}

function cells_of(row, cells,    count, i) {
    sub(/^\| */, "", row)
    sub(/ *\|$/, "", row)
    count = split(row, cells, / *\| */)
    return count
}

function print_table(    cells, count, i, j, meaning) {
    count = cells_of(rows[1], cells)
    meaning = cells[count] ~ /meaning$/
    if (!meaning) {
        begin_paragraph()
        print ".na\n.TS"
        for (j = 1; j <= count; j++)
            printf "lx%s", j < count ? " " : ".\n"
    }
    for (i = 1; i <= row_count; i++) {
        if (i == 2 || (meaning && i == 1))
            continue
        count = cells_of(rows[i], cells)
        if (meaning) {
            print ".TP\n" in_line(cells[1]) (count > 2 && cells[2] != "" ? " (" cells[2] ")" : "")
            print in_line(cells[count])
        } else
            for (j = 1; j <= count; j++)
                printf "T{\n%s\nT}%s", in_line(cells[j]), j < count ? "\t" : "\n"
    }
    if (!meaning)
        print ".TE\n.ad"
    row_count = headed = 0
    broken = 1
}
