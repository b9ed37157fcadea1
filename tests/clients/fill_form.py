"""Fill a form in LibreOffice and save it as xlsx and ods; run by the system's Python, which has LibreOffice's bindings.

fill_form.py FORM FOLDER CELL=COUNT…
"""

import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue

_PORT = 2483
_ADDRESS = f"uno:socket,host=localhost,port={_PORT};urp;StarOffice.ComponentContext"


def _property(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _desktop():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            context = resolver.resolve(_ADDRESS)
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:  # it is still starting
            time.sleep(0.5)
    raise SystemExit("LibreOffice did not start")


def main(form, folder, counts):
    accept = f"--accept=socket,host=localhost,port={_PORT};urp;"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    office = subprocess.Popen(["soffice", "--headless", "--norestore", profile, accept])
    try:
        desktop = _desktop()
        book = desktop.loadComponentFromURL(Path(form).as_uri(), "_blank", 0, (_property("Hidden", True),))
        sheet = book.Sheets.getByName("Form")
        print(sheet.isProtected(), book.Sheets.getByName("ccw").IsVisible)
        for place, count in counts:
            cell = sheet.getCellRangeByName(place)
            assert not cell.CellProtection.IsLocked, place
            cell.Value = int(count)
        for kind, name in (("Calc MS Excel 2007 XML", "filled.xlsx"), ("calc8", "filled.ods")):
            book.storeToURL((Path(folder) / name).as_uri(), (_property("FilterName", kind),))
        book.close(True)
    finally:
        office.terminate()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], [part.split("=") for part in sys.argv[3:]])
