#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dossiers of strangers: files that are none, torn ones, forged schemas, logs and answers that somebody changed behind the
program's back. Each gets its exit code and its sentence, nothing crashes, and neither the file nor what lies beside it is touched."""
import hashlib
import json
import os
import shutil
import sqlite3
import struct
import sys

from story import CLI, check, finish, folder, leaks, run

FOREIGN, DAMAGED, OTHER = 'not a dossier', 'the file', 'a database of another program'
SCHEMA, DERIVED = 'its tables are not those of a dossier', 'what is shown is not what the log says'
ACT, ACT_TEXT = 'an act in the log was altered', 'an act is not text'
CHANGE, CHANGE_TEXT = 'a change in the log was altered', 'a change in the log is not text'
ANSWER, TORN = 'an answer is not what its change says', 'the value of a change is torn'


def put(place, data):
    """Octets at a place of the file."""
    def bend(path):
        with open(path, 'r+b') as stream:
            stream.seek(place)
            stream.write(data)
    return bend


def whole(data):
    def bend(path):
        with open(path, 'wb') as stream:
            stream.write(data)
    return bend


def cut(length):
    return lambda path: os.truncate(path, length if length >= 0 else os.path.getsize(path) + length)


def grow(length):
    return lambda path: os.truncate(path, os.path.getsize(path) + length)


def sql(*statements):
    """Statements as they are; a file that nobody has open has no log beside it afterwards."""
    def bend(path):
        base = sqlite3.connect(path, isolation_level=None)
        base.execute('PRAGMA foreign_keys = OFF')
        base.execute('PRAGMA ignore_check_constraints = ON')
        for statement in statements:
            base.execute(statement)
        base.execute('PRAGMA wal_checkpoint(TRUNCATE)')
        base.close()
    return bend


def schema(old, new):
    """Another text of the schema for the same tables."""
    return sql('PRAGMA writable_schema = ON',
               f"UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}') WHERE sql LIKE '%{old}%'")


def beside(ending, data):
    def bend(path):
        with open(path + ending, 'wb') as stream:
            stream.write(data)
    return bend


def link_beside(ending):
    return lambda path: os.symlink('/etc/passwd', path + ending)


def instead(make):
    def bend(path):
        os.remove(path)
        make(path)
    return bend


def hot_journal(path):
    """What SQLite would roll back on a plain open: it overwrites the second page."""
    with open(path + '-journal', 'wb') as stream:
        head = b'\xd9\xd5\x05\xf9\x20\xa1\x63\xd7' + struct.pack('>LLLLL', 1, 0, os.path.getsize(path) // 4096, 512, 4096)
        page = b'\xee' * 4096
        total = sum(page[place] for place in range(4096 - 200, 0, -200)) & 0xffffffff
        stream.write(head.ljust(512, b'\0') + struct.pack('>L', 2) + page + struct.pack('>L', total))


def file_rows():
    """The file, before SQLite sees it."""
    return [
        ('as it is', 0, None, lambda path: None),
        ('nothing', 3, 'the file is empty', whole(b'')),
        ('one octet', 3, FOREIGN, whole(b'S')),
        ('a text', 3, FOREIGN, whole(b'Dear colleagues,\n' * 100)),
        ('a picture', 3, FOREIGN, whole(b'\x89PNG\r\n\x1a\n' + bytes(4096))),
        ('an archive', 3, FOREIGN, whole(b'PK\3\4' + bytes(4096))),
        ('zeros', 3, FOREIGN, whole(bytes(8192))),
        ('the mark alone', 3, DAMAGED, whole(b'SQLite format 3\0')),
        ('99 octets', 3, DAMAGED, cut(99)),
        ('a header and no more', 3, DAMAGED, cut(100)),
        ('the first page', 3, DAMAGED, cut(4096)),
        ('half of it', 3, DAMAGED, cut(400_000)),
        ('the last octet missing', 3, DAMAGED, cut(-1)),
        ('the last page missing', 3, DAMAGED, cut(-4096)),
        ('a page more', 3, DAMAGED, grow(4096)),
        ('an octet more', 3, DAMAGED, grow(1)),
        ('another mark', 3, FOREIGN, put(0, b'SQLite format 4')),
        ('another program', 3, OTHER, put(68, b'\0\0\0\1')),
        ('no program', 3, OTHER, put(68, bytes(4))),
        ('a newer program', 3, 'the file has version', put(60, b'\0\0\0\x63')),
        ('the newest program', 3, 'the file has version', put(60, b'\xff\xff\xff\xff')),
        ('an older program', 3, None, put(60, bytes(4))),
        ('pages of 0 octets', 3, DAMAGED, put(16, b'\0\0')),
        ('pages of 3 octets', 3, DAMAGED, put(16, b'\0\3')),
        ('pages of 64 KiB', 3, DAMAGED, put(16, b'\0\1')),
        ('a writer of the future', 3, DAMAGED, put(18, b'\3')),
        ('a reader of the future', 3, DAMAGED, put(19, b'\3')),
        ('space kept in each page', 3, DAMAGED, put(20, b'\xff')),
        ('another largest share', 3, DAMAGED, put(21, b'\x41')),
        ('UTF-16', 3, DAMAGED, put(56, b'\0\0\0\2')),
        ('a schema of the future', 3, DAMAGED, put(44, b'\0\0\0\5')),
        ('no pages', 3, DAMAGED, put(28, bytes(4))),
        ('as many pages as there can be', 3, DAMAGED, put(28, b'\xff\xff\xff\xfe')),
        ('a symbolic link', 3, 'a symbolic link', instead(lambda path: os.symlink('/etc/passwd', path))),
        ('a folder', 3, 'not a regular file', instead(os.mkdir)),
        ('a pipe', 3, 'not a regular file', instead(os.mkfifo)),
        ('a missing file', 66, None, os.remove),
        ('a first page of noise', 3, None, put(100, bytes(range(256)) * 15)),
        ('a page of noise', 3, None, put(8192, bytes(range(256)) * 16)),
        ('pages of zeros', 3, None, put(4096, bytes(40_960))),
        ('a tree that goes in circles', 3, None, put(4096 * 3, b'\5' + bytes(2) + b'\0\3\x0f\xf0\0\0\0\0\4' + b'\x0f\xf0' * 3)),
        ('a journal that rolls back', 0, None, hot_journal, 3),
        ('a journal of noise', 0, None, beside('-journal', b'x' * 5000), 3),
        ('a journal that is a link', 0, None, link_beside('-journal'), 3),
        ('a log of noise', 0, None, beside('-wal', b'x' * 5000)),
        ('a log that is a link', 3, 'what lies beside it as its log', link_beside('-wal')),
        ('an index of noise', 0, None, beside('-shm', b'x' * 32_768)),
    ]


def schema_rows():
    """Tables that are not ours could run what somebody wrote into them."""
    return [
        ('one more table', 3, SCHEMA, sql('CREATE TABLE more (x)')),
        ('one more index', 3, SCHEMA, sql('CREATE INDEX more ON act (title)')),
        ('an index with an expression', 3, SCHEMA, sql('CREATE INDEX more ON act (upper(title))')),
        ('a trigger', 3, SCHEMA, sql('CREATE TRIGGER more AFTER INSERT ON act BEGIN DELETE FROM value; END')),
        ('a view', 3, SCHEMA, sql('CREATE VIEW more AS SELECT * FROM value')),
        ('a view in place of a table', 3, SCHEMA,
         sql('DROP TABLE delivery', 'CREATE VIEW delivery AS SELECT hex(zeroblob(900000000)) AS id')),
        ('a virtual table', 3, SCHEMA, sql('CREATE VIRTUAL TABLE more USING fts5(x)')),
        ('a generated column', 3, SCHEMA, sql("ALTER TABLE act ADD COLUMN more TEXT AS (title || 'x')")),
        ('one more column', 3, SCHEMA, sql('ALTER TABLE act ADD COLUMN more TEXT')),
        ('a table missing', 3, SCHEMA, sql('DROP TABLE delivery')),
        ('an index missing', 3, SCHEMA, sql('DROP INDEX change_node')),
        ('a column of another kind', 3, SCHEMA, schema('title TEXT', 'title BLOB')),
        ('a default that is called', 3, SCHEMA, schema('title TEXT NOT NULL', 'title TEXT NOT NULL DEFAULT (random())')),
        ('a condition', 3, SCHEMA, schema('title TEXT NOT NULL', 'title TEXT NOT NULL CHECK (length(title) < 3)')),
        ('a collation', 3, SCHEMA, schema('title TEXT NOT NULL', 'title TEXT COLLATE nocase NOT NULL')),
        ('two spaces', 3, SCHEMA, schema('title TEXT', 'title  TEXT')),
        ('two tables on one page', 3, None, sql(
            'PRAGMA writable_schema = ON',
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'act') WHERE name = 'value'")),
        ('a table on no page', 3, None, sql('PRAGMA writable_schema = ON',
                                            "UPDATE sqlite_master SET rootpage = 100000 WHERE name = 'value'")),
        ('a schema of noise', 3, None, sql('PRAGMA writable_schema = ON',
                                           "UPDATE sqlite_master SET sql = 'CREATE' WHERE name = 'value'")),
    ]


def log_rows():
    """Acts, changes and values: each has a digest over what it says."""
    last = '(SELECT max(seq) FROM change WHERE value IS NOT NULL)'
    change = f'WHERE seq = {last}'
    act = 'WHERE seq = (SELECT max(seq) FROM act)'
    return [
        *[(f'an act with another {column}', 3, ACT, sql(f"UPDATE act SET {column} = {value} {act}")) for column, value in [
            ('id', "'0'"), ('nonce', "'0'"), ('title', "'Forged'"), ('author', "'Somebody'"), ('device', "'0'"), ('clock', '1')]],
        ('an act whose title is no text', 3, ACT_TEXT, sql(f"UPDATE act SET title = x'00ff' {act}")),
        ('an act with a NUL', 3, None, sql(f"UPDATE act SET title = 'a' || char(0) || 'b' {act}")),
        ('an act that is not UTF-8', 3, ACT_TEXT, sql(f"UPDATE act SET title = CAST(x'ff41' AS TEXT) {act}")),
        ('an act missing', 3, CHANGE_TEXT, sql(f'DELETE FROM act {act}')),
        *[(f'a change with another {column}', 3, CHANGE, sql(f"UPDATE change SET {column} = {value} {change}"))
          for column, value in [('id', "'0'"), ('kind', "'set2'"), ('record', "'0'"), ('node', "'/cluster1/x'"), ('value', "'0'"),
                                ('parents', "'0'"), ('author', "'Somebody'"), ('device', "'0'"), ('clock', '1')]],
        ('a change with a row', 3, None, sql(f"UPDATE change SET row = 'x' {change}")),
        ('a change of another act', 3, None, sql(f'UPDATE change SET act = 1 {change}')),
        ('a change of no act', 3, None, sql(f'UPDATE change SET act = 999 {change}')),
        ('a change that is no text', 3, CHANGE_TEXT, sql(f"UPDATE change SET node = x'ff' {change}")),
        ('a change missing', 3, None, sql(f'DELETE FROM change {change}')),
        ('the first change missing', 3, None, sql('DELETE FROM value WHERE change = 1', 'DELETE FROM change WHERE seq = 1')),
        ('changes in another order', 0, None, sql(f'UPDATE change SET seq = seq + 100000 {change}',
                                                  'UPDATE value SET change = change + 100000 WHERE change = (SELECT max(change) FROM value)')),
        ('another answer', 3, ANSWER, sql(f"UPDATE value SET text = 'forged' WHERE change = {last}")),
        ('an empty answer', 3, ANSWER, sql(f"UPDATE value SET text = '' WHERE change = {last}")),
        ('an answer that is no text', 3, 'the value of a change is not text', sql(f"UPDATE value SET text = x'41' WHERE change = {last}")),
        ('an answer of 64 MiB', 3, None, sql(f"UPDATE value SET text = hex(zeroblob(33554432)) WHERE change = {last}")),
        ('another salt', 3, ANSWER, sql(f"UPDATE value SET salt = x'00' WHERE change = {last}")),
        ('a salt that is text', 3, TORN, sql(f"UPDATE value SET salt = 'salt' WHERE change = {last}")),
        ('no salt', 3, TORN, sql(f'UPDATE value SET salt = NULL WHERE change = {last}')),
        ('no answer and a salt', 3, TORN, sql(f'UPDATE value SET text = NULL WHERE change = {last}')),
        ('a value missing', 3, 'the value of a change is missing', sql(f'DELETE FROM value WHERE change = {last}')),
        ('a value of nothing', 3, 'there are values that belong to no change', sql("INSERT INTO value VALUES (9999, x'00', 'x')")),
        ('two answers that changed places', 3, ANSWER, sql(
            f'UPDATE value SET text = (SELECT text FROM value WHERE change = 1) WHERE change = {last}')),
    ]


def derived_rows():
    """What derives from the log, the forms, and the files."""
    chunk = 'WHERE rowid = (SELECT max(rowid) FROM attachment_chunk)'
    return [
        ('a head missing', 3, DERIVED, sql('DELETE FROM head WHERE change = (SELECT max(change) FROM head)')),
        ('a head more', 3, DERIVED, sql("INSERT INTO head SELECT record, node, 'x' FROM head LIMIT 1")),
        ('a head of no record', 3, DERIVED, sql("INSERT INTO head VALUES ('x', 'y', 'z')")),
        ('a record missing', 3, DERIVED, sql('DELETE FROM record WHERE id = (SELECT max(id) FROM record)')),
        ('a record more', 3, DERIVED, sql("INSERT INTO record VALUES ('x', 'cluster-1', '1', 1, 1, 0)")),
        ('a record that is removed', 3, DERIVED, sql('UPDATE record SET removed = 1')),
        ('a record of another form', 3, DERIVED, sql("UPDATE record SET form = 'other'")),
        ('another form', 3, 'a form was altered', sql("UPDATE form SET source = CAST(replace(CAST(source AS TEXT), 'law', 'lie') AS BLOB)")),
        ('a form with another digest', 3, 'a form was altered', sql("UPDATE form SET sha256 = 'x'")),
        ('a form that is text', 3, 'a form is not what it should be', sql('UPDATE form SET source = CAST(source AS TEXT)')),
        ('the forms missing', 0, None, sql('DELETE FROM form')),
        ('another file', 3, None, sql(f"UPDATE attachment_chunk SET data = zeroblob(length(data)) {chunk}")),
        ('a piece of a file missing', 3, None, sql(f'DELETE FROM attachment_chunk {chunk}')),
        ('a piece of a file elsewhere', 3, None, sql(f'UPDATE attachment_chunk SET number = number + 7 {chunk}')),
        ('a piece of no file', 3, 'there are pieces that belong to no file', sql("INSERT INTO attachment_chunk VALUES (999, 0, x'00')")),
        ('a file of another size', 3, None, sql('UPDATE attachment SET size = size + 1')),
        ('a file with another digest', 3, None, sql("UPDATE attachment SET sha256 = '" + '0' * 64 + "'")),
        ('a file missing', 3, None, sql('DELETE FROM attachment')),
        ('a name of no file', 3, None, sql('UPDATE attachment_name SET attachment = 999')),
        ('no languages, no State', None, None, sql('DELETE FROM meta')),
        ('a setting that is no text', None, None, sql("UPDATE meta SET value = x'ff00'")),
    ]


def image(path):
    """All that lies there, by name."""
    place = os.path.dirname(path)
    result = {}
    for name in sorted(os.listdir(place)):
        one = os.path.join(place, name)
        if os.path.isfile(one) and not os.path.islink(one):
            with open(one, 'rb') as stream:
                result[name] = hashlib.sha256(stream.read()).hexdigest()
        else:
            result[name] = oct(os.lstat(one).st_mode)
    return result


def judge(where, good, title, code, sentence, bend, code_of_writing=None):
    place = os.path.join(where, 'case')
    os.mkdir(place)
    path = os.path.join(place, 'a.palermo')
    shutil.copyfile(good, path)
    bend(path)
    before = image(path)
    done = run([CLI, 'dossier', 'check', path, '--json'], timeout=60)
    said = json.loads(done.stdout) if done.stdout.startswith('{') else {}
    fits = code is None and done.returncode in (0, 3) or done.returncode == code
    check(f'{title}: {done.returncode}', fits and said.get('code') == done.returncode
          and said['sound'] == (done.returncode == 0) and not leaks(done.stderr)
          and (sentence is None or said['reason'].startswith(sentence)) and image(path) == before,
          f'{done.returncode} {said.get("reason")!r} {done.stderr[-300:]} {image(path) == before}')
    # Whoever opens it in earnest: no crash and no wait either, whatever comes out.
    done = run([CLI, 'record', 'list', path, '--json'], timeout=60)
    if done.returncode not in (0, 1, 3, 4, 66, 74) or leaks(done.stderr):
        check(f'{title}: opened', False, f'{done.returncode} {done.stderr[-300:]}')
    if code_of_writing is not None:
        done = run([CLI, 'answer', 'set', path, '/cluster1/general/state/name', 'Examplia'], timeout=60)
        check(f'{title}: nothing is written: {done.returncode}', done.returncode == code_of_writing and image(path) == before, done)
    shutil.rmtree(place)


def make(where):
    """A dossier with answers, records, and a file of two pieces."""
    good, law = os.path.join(where, 'good.palermo'), os.path.join(where, 'law.pdf')
    with open(law, 'wb') as stream:
        stream.write(b'%PDF-1.7\n' + bytes(range(256)) * 8000)
    run([CLI, 'dossier', 'new', good, '--sample'])
    answers = json.loads(run([CLI, 'answer', 'list', good, '--json']).stdout)
    node = next(one['node'] for one in answers if one['type'] == 'file' and one['relevant'])
    done = run([CLI, 'answer', 'set', good, node, law, '--attach'])
    if done.returncode != 0:
        sys.exit(done.stderr)
    return good


with folder() as the_place:
    the_good = make(the_place)
    hostile = 0
    for group, rows in [('file', file_rows()), ('schema', schema_rows()), ('log', log_rows()), ('derived', derived_rows())]:
        for row in rows:
            judge(the_place, the_good, f'{group}: {row[0]}', *row[1:])
            hostile += row[1] != 0
    check(f'{hostile} hostile dossiers', hostile >= 60, hostile)
finish()
