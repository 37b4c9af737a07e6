# SPDX-License-Identifier: GPL-3.0-or-later
"""Workbooks made without Palermo, whole or broken on purpose."""
import zipfile

NS = 'http://schemas.openxmlformats.org/'
MAIN = NS + 'spreadsheetml/2006/main'


def parts(sheets, strings=(), styles='', workbook=''):
    """The entries of a workbook; sheets: name -> XML inside sheetData."""
    names = list(sheets)
    out = {
        'xl/workbook.xml': f'<workbook xmlns="{MAIN}" xmlns:r="{NS}officeDocument/2006/relationships">{workbook}<sheets>'
                           + ''.join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names, 1)) + '</sheets></workbook>',
        'xl/_rels/workbook.xml.rels': f'<Relationships xmlns="{NS}package/2006/relationships">'
                                      + ''.join(f'<Relationship Id="r{i}" Type="x/worksheet" Target="worksheets/s{i}.xml"/>' for i in range(1, len(names) + 1))
                                      + '<Relationship Id="s" Type="x/sharedStrings" Target="/xl/strings.xml"/><Relationship Id="t" Type="x/styles" Target="styles.xml"/>'
                                      + '<Relationship Id="e" Type="x/externalLink" TargetMode="External" Target="http://127.0.0.1:1/x"/></Relationships>',
        'xl/strings.xml': f'<sst xmlns="{MAIN}">' + ''.join(f'<si>{s}</si>' for s in strings) + '</sst>',
        'xl/styles.xml': f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    for i, n in enumerate(names, 1):
        out[f'xl/worksheets/s{i}.xml'] = f'<worksheet xmlns="{MAIN}"><sheetData>{sheets[n]}</sheetData></worksheet>'
    return out


def cell(reference, text):
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def pack(path, entries, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, 'w', method) as z:
        for name, data in entries.items():
            z.writestr(name, data)
