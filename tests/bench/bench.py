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

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGETS = ['bench-save', 'bench-package', 'first-frame', 'minimal-window']
ROWS = []


def row(what, ours, peer, ratio, bound):
    ROWS.append((what, ours, peer, ratio, bound))
    print(f'{what:34} {ours:>26} {peer:>38} {ratio:>8}  {bound}', flush=True)


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, **options).stdout


def timed(command, **options):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
    return time.monotonic() - start


def bench_form(build, folder):
    generator = os.path.join(TOP, '..', 'shared', 'conformance', 'bench', 'gen_form.py')
    if not os.path.exists(generator):
        print('skipped - form engine: the form generator is not beside the project')
        return
    form = os.path.join(folder, 'q5000.xml')
    with open(form, 'w', encoding='utf-8') as out:
        subprocess.run([sys.executable, generator, '--questions', '5000', '--langs', '6'], stdout=out, check=True)
    runs = [json.loads(line) for _ in range(3)
            for line in run(f'{build}/src/cli/palermo-cli', 'form', 'bench', form).splitlines()]
    for name, label, recorded in (('load_ms', 'load 5,000 questions, ms', 9980), ('first_answer_ms', 'first answer, ms', 8.6),
                                  ('fan_ms', 'one value, 1,000 dependents, ms', 23), ('chain_ms', 'chain of 200, ms', 1.8),
                                  ('answer_all_ms', '1,000 answers, ms', 840), ('serialise_ms', 'serialise, ms', 17),
                                  ('rss_mb', 'memory, MB', 650)):
        value = statistics.median(r[name] for r in runs)
        row(label, f'{value:.2f}', f'JavaRosa as recorded: {recorded}', f'{value / recorded:.3f}', '')


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
        mine, other = (statistics.median(r['pss_mb'] for r in v) for v in (ours, base))
        row('  memory (PSS)', f'{mine:.0f} MB', f'minimal libadwaita window: {other:.0f} MB', f'{mine / other:.2f}', '<= 1.6')


def bench_save(build, folder):
    result = json.loads(run(f'{build}/tests/bench/bench-save', folder))
    row('pause in typing to durable', f'{result["save_ms"]:.3f} ms', f'bare SQLite FULL commit: {result["bare_ms"]:.3f} ms',
        f'{result["save_ms"] / result["bare_ms"]:.2f}', '<= 2')


def bench_package(build, folder, big):
    ours, peer, peak, verify = [], [], 0, []
    for _ in range(3):
        out = os.path.join(folder, 'big.asice')
        result = json.loads(run(f'{build}/tests/bench/bench-package', big, out))
        ours.append(result['pack_s'])
        verify.append(result['verify_s'])
        peak = max(peak, result['peak_mb'])
        peer.append(timed(['bash', '-c', f'tar -cf - -C {folder} {os.path.basename(big)} | openssl dgst -sha256']))
    mine, other = statistics.median(ours), statistics.median(peer)
    size = os.path.getsize(big) / 1e6
    row('pack + sign 256 MB (written to disk)', f'{size / mine:.0f} MB/s', f'tar | openssl dgst: {size / other:.0f} MB/s', f'{other / mine:.2f}', '>= 0.6')
    row('  memory', f'{peak:.0f} MB', 'limit: 32 MB', f'{peak / 32:.2f}', '<= 1')
    row('  verify', f'{size / statistics.median(verify):.0f} MB/s', '', '', '')
    return os.path.join(folder, 'big.asice')


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
            row('upload 256 MB, the bytes', f'{size / moved:.0f} MB/s', f'curl -T: {size / peer:.0f} MB/s', f'{peer / moved:.2f}', '>= 0.8')
        row('  with digest, check and receipt', f'{size / ours:.0f} MB/s', f'curl -T, bytes only: {size / peer:.0f} MB/s', f'{peer / ours:.2f}', '')
    finally:
        module.terminate()
        module.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('only', nargs='*', help='form, window, save, package, upload')
    args = parser.parse_args()
    build = os.path.abspath(args.build)
    wanted = set(args.only or ['form', 'window', 'save', 'package', 'upload'])
    subprocess.run(['ninja', '-C', build, *[f'tests/bench/{t}' for t in TARGETS]], check=True, stdout=subprocess.DEVNULL)
    print(f'{"what":34} {"Palermo":>26} {"beside":>38} {"ratio":>8}  bound')
    with tempfile.TemporaryDirectory(dir=build) as folder:
        if 'form' in wanted:
            bench_form(build, folder)
        if 'window' in wanted:
            bench_window(build, folder)
        if 'save' in wanted:
            bench_save(build, folder)
        if wanted & {'package', 'upload'}:
            big = os.path.join(folder, 'big.bin')
            with open(big, 'wb') as file:
                for _ in range(256):
                    file.write(os.urandom(1 << 20))
            archive = bench_package(build, folder, big)
            if 'upload' in wanted:
                bench_upload(build, folder, archive)
    return 0


if __name__ == '__main__':
    sys.exit(main())
