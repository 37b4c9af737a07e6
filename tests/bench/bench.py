#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed and memory as ratios against a named peer or limit, all in one run.

Milliseconds drift with the machine; ratios travel. Each figure is a median; peers take turns with us.
"""
import argparse
import base64
import datetime
import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KIT = os.path.join(TOP, '..', 'shared', 'conformance', 'bench')
TARGETS = {'form': ['bench-form'], 'window': ['first-frame', 'minimal-window'], 'save': ['bench-save'], 'merge': ['bench-merge'],
           'package': ['bench-package', 'src/cli/palermo-cli'],
           'consultation': ['bench-consultation', 'src/cli/palermo-cli', 'data/forms/cluster-1.xml', 'data/forms/consultation.xml'],
           'upload': ['bench-package', 'bench-gap', 'src/cli/palermo-cli', 'src/module/palermo-module'],
           'collate': ['src/cli/palermo-cli'],
           'language': ['bench-form', 'bench-language', 'bench-preview']}
ROWS = []


def row(what, ours, peer, ratio, bound):
    """bound: "<= 1", ">= 0.6", or "" for a figure that only informs."""
    verdict = ''
    if bound:
        held = float(ratio) <= float(bound[3:]) if bound.startswith('<=') else float(ratio) >= float(bound[3:])
        verdict = 'ok' if held else 'OVER' if bound.startswith('<=') else 'UNDER'
    ROWS.append((what, ours, peer, ratio, bound, verdict))
    print(f'{what:38} {ours:>16} {peer:>44} {ratio:>8}  {bound:8} {verdict}'.rstrip(), flush=True)


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, **options).stdout


def timed(command, **options):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
    return time.monotonic() - start


JAVAROSA = 'pyxform==4.5.0'  # its wheel carries JavaRosa, inside ODK_Validate.jar
RECORDED = {  # what the kit's README has for 5,000 questions: cold for load and memory, warm for the rest
    'load_ms': 9980, 'first_answer_ms': 1.1, 'fan_ms': 23, 'chain_ms': 1.8, 'answer_all_ms': 840, 'serialise_ms': 17, 'peak_mb': 650}
RECORDED_FAN = {'load_ms': 45180, 'fan_ms': 4440}
CHECKS = ('answers', 'total', 'f9', 'klast')


def find_javarosa(build, fetch):
    """The classpath of the live peer, or None."""
    folder = os.path.join(build, 'javarosa')
    jar = os.path.join(folder, 'ODK_Validate.jar')
    if fetch and not os.path.exists(jar):
        os.makedirs(folder, exist_ok=True)
        subprocess.run([sys.executable, '-m', 'pip', 'download', '-q', '--no-deps', '-d', folder, JAVAROSA], check=True)
        wheel = next(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith('.whl'))
        with zipfile.ZipFile(wheel) as archive, open(jar, 'wb') as out:
            out.write(archive.read('pyxform/validators/odk_validate/bin/ODK_Validate.jar'))
    if not os.path.exists(jar) or shutil.which('javac') is None:
        return None
    sources = [path for path in (os.path.join(KIT, 'BenchJR.java'), os.path.join(TOP, 'tests', 'bench', 'BenchRows.java'))
               if os.path.exists(path)]
    subprocess.run(['javac', '-nowarn', '-d', folder, '-cp', jar, *sources], check=True, stderr=subprocess.DEVNULL)
    return f'{jar}:{folder}'


def race(*command):
    """The JSON lines that a process prints, and its peak of resident memory, in MB."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    lines = [json.loads(line) for line in child.stdout if line.startswith('{')]
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0 or not lines:
        sys.exit(f'bench: {" ".join(command)} failed')
    return lines, usage.ru_maxrss / 1024


def java(classpath, *arguments):
    return race('java', '-Xss16m', '-cp', classpath, *arguments)


def agree(what, values):
    if len(set(values)) > 1:
        sys.exit(f'bench: {what}: the engines do not agree: {sorted(set(values))}')


def bench_kit_form(build, classpath, form, what, names, recorded, n_warm):
    """names: measure, label, whether JavaRosa is cold for it, bound."""
    ours, peaks = [], []
    for _ in range(3):
        lines, peak = race(f'{build}/src/cli/palermo-cli', 'form', 'bench', form)
        ours += lines
        peaks.append(peak)
    theirs = {}
    if classpath is not None:
        lines, peak = java(classpath, 'BenchJR', form, str(1 + n_warm))
        agree(what, [tuple(str(line[name]) for name in CHECKS) for line in ours + lines])
        theirs = {name: (lines[0][name] if cold or n_warm == 0 else min(line[name] for line in lines[1:]))
                  for name, _, cold, _ in names if name != 'peak_mb'}
        theirs['peak_mb'] = peak
    agree(what, [tuple(str(line[name]) for name in CHECKS) for line in ours])
    for name, label, cold, bound in names:
        mine = statistics.median(peaks) if name == 'peak_mb' else statistics.median(line[name] for line in ours)
        unit = 'MB' if name == 'peak_mb' else 'ms'
        other = theirs.get(name, recorded.get(name))
        if other is None:
            row(label, f'{mine:.2f} {unit}', '', '', '')
            continue
        peer = 'JavaRosa' if theirs else 'JavaRosa, recorded by the kit'
        if name != 'peak_mb':
            peer += ', cold' if cold or n_warm == 0 else ', warm'
        row(label, f'{mine:.2f} {unit}', f'{peer}: {other:.1f} {unit}', f'{mine / other:.3f}', bound)
    return ours


def bench_kit(build, folder, classpath):
    generator = os.path.join(KIT, 'gen_form.py')
    if not os.path.exists(generator):
        print('skipped - form engine: the form generator is not beside the project')
        return
    form = os.path.join(folder, 'q5000.xml')
    with open(form, 'w', encoding='utf-8') as out:
        subprocess.run([sys.executable, generator, '--questions', '5000', '--langs', '6'], stdout=out, check=True)
    ours = bench_kit_form(build, classpath, form, 'q5000', [
        ('load_ms', 'load 5,000 questions', True, '<= 0.05'), ('peak_mb', '  memory at its peak', True, '<= 0.2'),
        ('first_answer_ms', 'first answer', False, '<= 1'), ('fan_ms', 'one value, 1,000 dependents', False, '<= 1'),
        ('chain_ms', 'a chain of 200', False, '<= 1'), ('answer_all_ms', '1,000 answers', False, '<= 0.2'),
        ('scope_flip_ms', 'relevance of all chapters', False, '<= 1'), ('serialise_ms', 'serialise', False, '<= 1')], RECORDED, 3)
    if shutil.which('xmllint'):
        parse = statistics.median(timed(['xmllint', '--noout', form]) for _ in range(3)) * 1000
        mine = statistics.median(line['load_ms'] for line in ours)
        row('load 5,000 questions', f'{mine:.0f} ms', f'xmllint, reading the same XML only: {parse:.0f} ms', f'{mine / parse:.2f}', '')
    form = os.path.join(folder, 'f10k.xml')
    with open(form, 'w', encoding='utf-8') as out:
        subprocess.run([sys.executable, generator, '--questions', '500', '--langs', '1', '--fan', '10000'], stdout=out, check=True)
    bench_kit_form(build, classpath, form, 'f10k', [('load_ms', 'load 10,000 dependents', True, '<= 1'),
                                                    ('fan_ms', 'one value, 10,000 dependents', True, '<= 1')], RECORDED_FAN, 0)


def bench_rows(build, folder, classpath):
    """What people wait for besides. Without JavaRosa the limit is one picture of a screen at 60 Hz, or what stands there."""
    subprocess.run([sys.executable, os.path.join(TOP, 'tests', 'bench', 'make_rows.py'), folder], check=True)
    for kind, measures, n_warm in (
            ('cascade', [('filter_ms', '10,000 choices filtered, 100 times', 100 * 16.7)], 3),
            ('cascade-csv', [('filter_ms', '  the same out of a CSV file', 100 * 16.7)], 3),
            ('pull', [('lookup_ms', 'pulldata in 10,000 rows, 1,000 times', 1000)], 3),
            ('nested', [('add_ms', '200 nested rows added', 200 * 16.7), ('edit_ms', '  400 answers in them', 400 * 16.7),
                        ('remove_ms', '  200 removed', 200 * 16.7)], 3),
            ('language', [('language_ms', 'all texts of 5,000 questions, 6 times', 6 * 100)], 3),
            ('filled', [('both_ms', 'form and record of 5,000 answers', 1000)], 2),
            ('count', [('few_ms', 'jr:count of 1,000 rows', 1000)], 0)):
        ours = [race(f'{build}/tests/bench/bench-form', kind, folder)[0][0] for _ in range(5)]
        theirs = java(classpath, 'BenchRows', kind, folder, str(1 + n_warm))[0] if classpath is not None else []
        agree(kind, [line['check'] for line in ours + theirs])
        for name, label, limit in measures:
            mine = statistics.median(line[name] for line in ours)
            other = min(line[name] for line in theirs[min(1, n_warm):]) if theirs else limit
            peer = ('JavaRosa, warm' if n_warm else 'JavaRosa, cold') if theirs else 'limit'
            row(label, f'{mine:.2f} ms', f'{peer}: {other:.1f} ms', f'{mine / other:.3f}', '<= 1')
        if kind == 'count':
            half, many = (min(line[name] for line in ours) for name in ('half_ms', 'count_ms'))
            row('jr:count of 10,000 rows', f'{many:.1f} ms', f'twice 5,000 rows: {2 * half:.1f} ms', f'{many / half / 2:.2f}', '<= 1.5')


def bench_form(build, folder, fetch):
    classpath = find_javarosa(build, fetch)
    if classpath is None:
        print('JavaRosa is not here (./dev bench --fetch gets it; it needs javac): figures recorded by the kit, and limits, stand in')
    bench_kit(build, folder, classpath)
    bench_rows(build, folder, classpath)


def bench_window(build, folder):
    display = os.path.join(TOP, 'tests', 'journey', 'display')
    sample = os.path.join(build, 'data', 'practice', 'practicia.palermo')
    commands = {'minimal': [f'{build}/tests/bench/minimal-window'], 'home': [f'{build}/src/app/palermo']}
    if os.path.exists(sample):
        copy = os.path.join(folder, 'practicia.palermo')
        shutil.copy(sample, copy)
        commands['dossier'] = [f'{build}/src/app/palermo', copy]
    results = {name: [] for name in commands}
    script = ' ; '.join(['pkill -P $$ openbox'] + [f'{build}/tests/bench/first-frame {" ".join(words)}'
                                                 for _ in range(7) for words in commands.values()])
    lines = run(display, 'bash', '-c', script, env=dict(os.environ, PALERMO_A11Y='none')).splitlines()
    names = list(commands) * 7
    for name, line in zip(names, [l for l in lines if l.startswith('{')]):
        results[name].append(json.loads(line))
    base = results['minimal'][1:]
    for name, label in (('home', 'start to first picture, home'), ('dossier', 'start, practice dossier open')):
        if name not in results:
            continue
        ours = results[name][1:]
        mine, other = (statistics.median(r['first_ms'] for r in v) for v in (ours, base))
        row(label, f'{mine:.0f} ms', f'minimal libadwaita window: {other:.0f} ms', f'{mine / other:.2f}', '<= 1.5')
        mine, other = (statistics.median(r['cpu_ms'] for r in v) for v in (ours, base))
        row('  computed by its first thread', f'{mine:.0f} ms', f'minimal libadwaita window: {other:.0f} ms', f'{mine / other:.2f}', '')
        mine, other = (statistics.median(r['pss_mb'] for r in v) for v in (ours, base))
        row('  memory (PSS)', f'{mine:.0f} MB', f'minimal libadwaita window: {other:.0f} MB', f'{mine / other:.2f}', '<= 1.6')


def bench_language(build, folder):
    """What the program promises of its six languages."""
    forms = os.path.join(build, 'data', 'forms')
    runs = [race(f'{build}/tests/bench/bench-form', 'desk', forms) for _ in range(5)]
    for name, label in (('one_ms', 'load four questionnaires, one language'), ('six_ms', '  in six languages')):
        mine = statistics.median(lines[0][name] for lines, _ in runs)
        row(label, f'{mine:.0f} ms', 'limit: 300 ms', f'{mine / 300:.2f}', '<= 1')
    peak = statistics.median(peak - lines[0]['before_mb'] for lines, peak in runs)
    row('  memory that they take at most', f'{peak:.0f} MB', 'limit: 60 MB', f'{peak / 60:.2f}', '<= 1')
    copy = os.path.join(folder, 'languages.palermo')
    shutil.copy(os.path.join(build, 'data', 'practice', 'practicia.palermo'), copy)
    lines = run(os.path.join(TOP, 'tests', 'journey', 'display'), f'{build}/tests/bench/bench-language', copy,
                env=dict(os.environ, PALERMO_A11Y='none')).splitlines()
    result = json.loads([line for line in lines if line.startswith('{')][0])
    for name, label in (('questions_ms', 'questions in another language, painted'), ('program_ms', 'the program in another language')):
        row(label, f'{result[name]:.0f} ms', 'limit: 150 ms', f'{result[name] / 150:.2f}', '<= 1')
    lines = run(os.path.join(TOP, 'tests', 'journey', 'display'), f'{build}/tests/bench/bench-preview', 'cluster-1', 'ar',
                'untoc/art5/q5_1_a:label', 'Agreement or participation', env=dict(os.environ, PALERMO_A11Y='none')).splitlines()
    mine = json.loads([line for line in lines if line.startswith('{')][0])['preview_ms']
    row("from a translator's last key to the question", f'{mine:.0f} ms', 'limit: 1,000 ms, with a pause of 250',
        f'{mine / 1000:.2f}', '<= 1')


def bench_save(build, folder):
    result = json.loads(run(f'{build}/tests/bench/bench-save', folder))
    row('pause in typing to durable', f'{result["save_ms"]:.3f} ms', f'bare SQLite FULL commit: {result["bare_ms"]:.3f} ms',
        f'{result["save_ms"] / result["bare_ms"]:.2f}', '<= 2')


def measure(build, folder, *words):
    return json.loads(run(f'{build}/tests/bench/bench-merge', words[0], folder, *words[1:]))


def emptied(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    return folder


def bench_merge(build, folder):
    """A log is written, merged and looked through in one folder after the other: a million changes take 2 GB on the disk."""
    folder = os.path.join(folder, 'merge')
    results = [measure(build, emptied(folder), 'people') for _ in range(3)]
    mine, bare, cpu, bare_cpu, peak = (statistics.median(r[name] for r in results)
                                       for name in ('merge_ms', 'bare_ms', 'cpu_ms', 'bare_cpu_ms', 'peak_mb'))
    row('merge 20 returns of 2,000 changes', f'{mine:.0f} ms', f'bare SQLite, rows and digests: {bare:.0f} ms', f'{mine / bare:.2f}', '<= 2')
    row('  beside what is promised', f'{mine:.0f} ms', 'limit: 1000 ms', f'{mine / 1000:.2f}', '<= 1')
    row('  computed, on two threads', f'{cpu:.0f} ms', f'bare SQLite, on one: {bare_cpu:.0f} ms', f'{cpu / bare_cpu:.2f}', '')
    row('  memory', f'{peak:.0f} MB', 'limit: 64 MB', f'{peak / 64:.2f}', '<= 1')
    each = None
    for n in (10_000, 100_000, 1_000_000):
        result = measure(build, emptied(folder), 'long', str(n))
        mine = result['cpu_ms'] * 1000 / result['changes']
        each = each or mine
        row(f'merge one log of {n:,} changes', f'{mine:.1f} us computed', f'each of 10,000: {each:.1f} us; took {result["merge_ms"] / 1000:.1f} s',
            f'{mine / each:.2f}', '<= 2.5')
        row('  memory', f'{result["peak_mb"]:.0f} MB', 'limit: 160 MB', f'{result["peak_mb"] / 160:.2f}', '<= 1')
        if n == 100_000:
            opened = [measure(build, folder, 'open') for _ in range(5)]
            mine, peak = (statistics.median(r[name] for r in opened) for name in ('read_ms', 'peak_mb'))
            row('open a dossier of 100,000 changes', f'{mine:.0f} ms', 'limit: 300 ms', f'{mine / 300:.2f}', '<= 1')
            row('  memory', f'{peak:.0f} MB', 'limit: 64 MB', f'{peak / 64:.2f}', '<= 1')
    few, many = (min(measure(build, emptied(folder + '-node'), 'node', str(n))['undo_ms'] for _ in range(3)) for n in (10_000, 100_000))
    row('undo in an answer changed 100,000 times', f'{many:.1f} ms', f'ten times 10,000: {10 * few:.1f} ms', f'{many / few / 10:.2f}', '<= 1.5')
    for what, label in (('walk', 'go through 1,000,000 changes'), ('rebuild', 'make the views of them again'), ('preview', 'preview of a merge of them'),
                        ('file', 'merge another file of them')):
        result = measure(build, folder, what)
        row(label, f'{result["ms"] / 1000:.1f} s', 'memory, limit: 160 MB', f'{result["peak_mb"] / 160:.2f}', '<= 1')


def bench_consultation(build, folder):
    result = json.loads(run(f'{build}/tests/bench/bench-consultation', emptied(os.path.join(folder, 'consultation'))))
    row('gather 1,000 consultations, 20,000 points', f'{result["load_ms"]:.0f} ms', 'in the background', '', '')
    for name, label in (('lists_ms', 'the lists of them, with 5,000 organizations'), ('matrix_ms', 'the matrix of types and articles'),
                        ('indicators_ms', 'indicators and feedback owed'), ('renew_ms', 'one of them read anew')):
        row(f'  {label}', f'{result[name]:.1f} ms', 'limit: 150 ms', f'{result[name] / 150:.2f}', '<= 1')
    mine = result['peak_mb'] - result['peak_before_mb']
    row('  memory', f'{mine:.0f} MB', 'limit: 64 MB', f'{mine / 64:.2f}', '<= 1')
    bench_report(f'{build}/src/cli/palermo-cli', folder)


def say_points(number):
    """A round table with 20 points, as palermo-cli reads it."""
    record, point = '/consultation/record', '/consultation/record/points/point'
    lines = [(f'{record}/essentials/title', f'Round table {number}'), (f'{record}/essentials/date', f'2026-{number % 9 + 1:02}-12'),
             (f'{record}/essentials/article_clusters', 'I'), (f'{record}/protection/consent_scope', 'public')]
    for i in range(1, 21):
        lines += [(f'{point}[{i}]/text', f'Point {i} of round table {number}: ' + 'what was said fills a few lines of the report. ' * 4),
                  (f'{point}[{i}]/source', f'Organization {i}'), (f'{point}[{i}]/source_type', 'ngo'),
                  (f'{point}[{i}]/point_articles', ('untoc:5', 'untoc:6', 'untoc:8')[i % 3]),
                  (f'{point}[{i}]/treatment/decision', ('taken', 'partly', 'not')[i % 3]),
                  (f'{point}[{i}]/treatment/why', 'The reason takes a line of its own in the report.')]
    return ''.join(f'{path}\t{text}\n' for path, text in lines)


def bench_report(cli, folder):
    dossier, out = os.path.join(folder, 'report.palermo'), os.path.join(folder, 'report.pdf')
    run(cli, 'dossier', 'new', dossier, '--state', 'Practicia')
    for number in range(25):
        run(cli, 'consultation', 'add', dossier, '--from', '-', input=say_points(number))
    told = run(cli, 'paper', 'make', dossier, 'report', '--language', 'en', stderr=subprocess.DEVNULL).count(' of round table ')
    if told != 500:
        raise RuntimeError(f'the report tells {told} points')
    for language in ('en', 'zh_CN'):
        start = time.monotonic()
        process = subprocess.Popen([cli, 'paper', 'make', dossier, 'report', '--language', language, '--format', 'pdf', '-o', out],
                                   stderr=subprocess.DEVNULL)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        if status or os.path.getsize(out) < 50_000:
            raise RuntimeError('the report was not made')
        row(f'report of 500 points as PDF ({language})', f'{seconds:.2f} s', 'limit: 3 s', f'{seconds / 3:.2f}', '<= 1')
        row('  memory', f'{usage.ru_maxrss / 1024:.0f} MB', 'limit: 128 MB', f'{usage.ru_maxrss / 1024 / 128:.2f}', '<= 1')
        os.remove(out)


def weighed(*command):
    """Seconds and peak of resident memory, in MB; its exit code may be that of an unknown signer."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise RuntimeError(f'{command[:3]} ended with {status}')
    return time.monotonic() - start, usage.ru_maxrss / 1024


def bench_package(build, folder, big):
    ours, peer, writing, peak, verify, verify_peak = [], [], [], 0, [], 0
    out = os.path.join(folder, 'big.asice')
    for _ in range(3):
        if os.path.exists(out):
            os.unlink(out)
        os.sync()  # what the last round wrote is not this one's to wait for
        result = json.loads(run(f'{build}/tests/bench/bench-package', big, out))
        ours.append(result['pack_s'])
        peak = max(peak, result['peak_mb'])
        seconds, memory = weighed(f'{build}/src/cli/palermo-cli', 'verify', out)
        verify.append(seconds)
        verify_peak = max(verify_peak, memory)
        tar = f'tar -cf - -C {folder} {os.path.basename(big)}'
        peer.append(timed(['bash', '-c', f'{tar} | openssl dgst -sha256']))
        os.sync()
        # What is packed lies on the disk at the end, so the disk has its share.
        writing.append(timed(['bash', '-c', f'{tar} | tee {out}.tar | openssl dgst -sha256; sync {out}.tar']))
        os.unlink(out + '.tar')
    size, other = os.path.getsize(big) / 1e6, statistics.median(peer)
    for what, seconds, memory in ((f'pack + sign {size:.0f} MB (written to disk)', ours, peak), (f'verify {size:.0f} MB', verify, verify_peak)):
        mine = statistics.median(seconds)
        row(what, f'{size / mine:.0f} MB/s', f'tar | openssl dgst: {size / other:.0f} MB/s', f'{other / mine:.2f}', '>= 0.6')
        row('  memory', f'{memory:.0f} MB', 'limit: 32 MB', f'{memory / 32:.2f}', '<= 1')
    mine, other = statistics.median(ours), statistics.median(writing)
    row('pack + sign, beside one that writes, too', f'{size / mine:.0f} MB/s', f'tar | tee | openssl dgst, sync: {size / other:.0f} MB/s', f'{other / mine:.2f}', '')
    return out


def bench_gap(build, folder, archive, ready):
    """For how long the main loop that sends looks at nothing else, with an archive of another signature: the first one has its receipt."""
    second = os.path.join(folder, 'second.asice')
    run(f'{build}/src/cli/palermo-cli', 'identity', 'new', '-o', os.path.join(folder, 'gap.p12'))
    run(f'{build}/src/cli/palermo-cli', 'sign', archive, '-o', second, '--key', os.path.join(folder, 'gap.p12'))
    said = json.loads(run(f'{build}/tests/bench/bench-gap', second, ready['url'], ready['ca'], ready['moduleCertificate'], os.path.join(folder, 'gap')))
    row('  worst gap of the main loop', f'{said["gap_ms"]:.1f} ms', 'limit: 20 ms', f'{said["gap_ms"] / 20:.2f}', '<= 1')
    os.unlink(second)


def bench_collate(build, folder, number=1000):
    os.environ['PALERMO_CLI'] = cli = f'{build}/src/cli/palermo-cli'
    sys.path.insert(0, os.path.join(TOP, 'tests', 'cli'))
    from story import make_archive, make_key  # pylint: disable=import-outside-toplevel
    place = emptied(os.path.join(folder, 'submissions'))
    expert = make_key(folder, 'expert', 'Expert')
    answers = ''.join(f'<a{n}><status>yes</status><why>{"because " * 8}{n}</why></a{n}>' for n in range(250))
    for i in range(number):
        about = {'kind': 'submission', 'id': f's{i}', 'dossier': f'd{i}', 'state': f'State {i}', 'cluster': 'I', 'languages': ['en'], 'disclosure': {'answers': 'parties'},
                 'created': '2026-11-23T03:00:00.000Z', 'records': [{'id': 'r1', 'form': 'cluster-1', 'version': '1', 'file': 'data/instances/r1.xml'}]}
        make_archive(os.path.join(place, f'{i:04}.asice'), *expert, payload={
            'data/package.json': json.dumps(about).encode(), 'data/instances/r1.xml': f'<cluster1 id="cluster-1" version="1">{answers}</cluster1>'.encode()})
    for ending in ('csv', 'json', 'sqlite'):
        seconds, memory = weighed(cli, 'collate', place, '-o', os.path.join(folder, 'data.' + ending), '--trust', expert[0])
        row(f'collate {number:,} submissions as {ending}', f'{seconds:.1f} s', f'{number * 500:,} answers', '', '')
        row('  memory', f'{memory:.0f} MB', 'limit: 64 MB', f'{memory / 64:.2f}', '<= 1')


def bench_upload(build, folder, archive):
    module = subprocess.Popen([f'{build}/src/module/palermo-module', '--dir', os.path.join(folder, 'module')],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        ready = json.loads(module.stdout.readline())
        url, ca = ready['url'], ready['ca']
        pinned = ready.get('moduleCertificate') or ready.get('module_certificate') or ready.get('module-certificate')
        ours = timed([f'{build}/src/cli/palermo-cli', 'send', archive, '--endpoint', url, '--ca', ca,
                      '--module-cert', pinned, '--state', os.path.join(folder, 'state')], stderr=subprocess.DEVNULL)
        log = run(f'{build}/src/cli/palermo-cli', 'outbox', 'log', os.path.join(folder, 'state'))
        times = {}
        for line in log.splitlines():
            for event in ('upload created', 'bytes have arrived'):
                stamp = re.search(r'\d{4}-\d\d-\d\dT[0-9:.]+', line)
                if event in line and stamp:
                    times[event] = datetime.datetime.fromisoformat(stamp.group(0))
        moved = (times['bytes have arrived'] - times['upload created']).total_seconds() if len(times) == 2 else None
        # The peer moves the same bytes to the same server: one PATCH by curl, without receipt or check.
        other = os.path.join(folder, 'other.bin')
        shutil.copy(archive, other)
        with open(other, 'ab') as file:
            file.write(b'x')
        with open(other, 'rb') as file:
            digest = hashlib.file_digest(file, 'sha256').hexdigest()
        size = os.path.getsize(other)
        head = run('curl', '-sS', '-i', '--cacert', ca, '-X', 'POST', '-H', 'Tus-Resumable: 1.0.0', '-H', f'Upload-Length: {size}', '-H',
                   'Upload-Metadata: sha256 ' + base64.b64encode(digest.encode()).decode() + ',filename '
                   + base64.b64encode(b'other.asice').decode(), url)
        location = [l.split(':', 1)[1].strip() for l in head.splitlines() if l.lower().startswith('location:')][0]
        origin = '/'.join(url.split('/')[:3])
        target = location if location.startswith('http') else origin + location
        peer = timed(['curl', '-sS', '--cacert', ca, '-X', 'PATCH', '-T', other, '-H', 'Expect:', '-H', 'Tus-Resumable: 1.0.0', '-H',
                      'Content-Type: application/offset+octet-stream', '-H', 'Upload-Offset: 0', target])
        size /= 1e6
        if moved:
            row(f'upload {size:.0f} MB, the bytes', f'{size / moved:.0f} MB/s', f'curl -T: {size / peer:.0f} MB/s', f'{peer / moved:.2f}', '>= 0.8')
        row('  with digest, check and receipt', f'{size / ours:.0f} MB/s', f'curl -T, bytes only: {size / peer:.0f} MB/s', f'{peer / ours:.2f}', '')
        os.unlink(other)
        bench_gap(build, folder, archive, ready)
    finally:
        module.terminate()
        module.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('--fetch', action='store_true', help='get JavaRosa, to race against it, from the Python package index')
    parser.add_argument('--size', type=int, default=1024, metavar='MB', help='of what is packed and sent; 5120 for the long run')
    parser.add_argument('only', nargs='*', help='form, window, language, save, merge, consultation, package, upload, collate')
    args = parser.parse_args()
    build = os.path.abspath(args.build)
    wanted = set(args.only or TARGETS)
    subprocess.run(['ninja', '-C', build, *sorted({t if '/' in t else f'tests/bench/{t}' for w in wanted for t in TARGETS[w]})], check=True, stdout=subprocess.DEVNULL)
    print(f'{"what":38} {"Palermo":>16} {"beside":>44} {"ratio":>8}  bound')
    with tempfile.TemporaryDirectory(dir=build) as folder:
        if 'form' in wanted:
            bench_form(build, folder, args.fetch)
        if 'window' in wanted:
            bench_window(build, folder)
        if 'language' in wanted:
            bench_language(build, folder)
        if 'save' in wanted:
            bench_save(build, folder)
        if 'merge' in wanted:
            bench_merge(build, folder)
        if 'consultation' in wanted:
            bench_consultation(build, folder)
        if wanted & {'package', 'upload'}:
            big = os.path.join(folder, 'big.bin')
            with open(big, 'wb') as file:
                for _ in range(args.size):
                    file.write(os.urandom(1 << 20))
            archive = bench_package(build, folder, big)
            if 'upload' in wanted:
                bench_upload(build, folder, archive)
        if 'collate' in wanted:
            bench_collate(build, folder)
    return 0


if __name__ == '__main__':
    sys.exit(main())
