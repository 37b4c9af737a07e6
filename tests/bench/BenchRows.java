// SPDX-License-Identifier: GPL-3.0-or-later
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.IntegerData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xpath.XPathParseTool;
import org.javarosa.xpath.expr.XPathPathExpr;

/** BenchRows KIND FOLDER RUNS: the work of bench-form.c, done by JavaRosa. */
public class BenchRows {
  static final int CHANGES = 100, LOOKUPS = 1000, ROWS = 1000, OUTER = 20, INNER = 10;

  static String folder;
  static long started;
  static StringBuilder line;

  static void start() { started = System.nanoTime(); }

  static void stop(String name) {
    line.append(String.format(Locale.ROOT, ",\"%s\":%.3f", name, (System.nanoTime() - started) / 1e6));
  }

  static void check(String value) { line.append(",\"check\":\"").append(value).append('"'); }

  static Reader open(String name) throws IOException {
    return new InputStreamReader(new FileInputStream(new File(folder, name)), StandardCharsets.UTF_8);
  }

  static FormDef load(String name) throws Exception {
    FormDef form = new XFormParser(open(name)).parse();
    form.initialize(true, new InstanceInitializationFactory());
    return form;
  }

  /** places: of the rows on the way, from outside, 0-based. */
  static TreeReference ref(String path, int... places) throws Exception {
    TreeReference ref = ((XPathPathExpr) XPathParseTool.parseXPath(path)).getReference();
    int n = 0;
    for (int i = 0; i < ref.size(); i++) {
      String step = ref.getName(i);
      boolean isRow = step.equals("region") && ref.size() > 2 && i == 1 || step.equals("district");
      ref.setMultiplicity(i, isRow && n < places.length ? places[n++] : 0);
    }
    return ref;
  }

  static void set(FormDef form, TreeReference ref, IAnswerData value) { form.setValue(value, ref, true); }

  static String get(FormDef form, String path) throws Exception {
    IAnswerData value = form.getMainInstance().resolveReference(ref(path)).getValue();
    return value == null ? "" : value.uncast().getString();
  }

  static void cascade(String file) throws Exception {
    start();
    FormDef form = load(file);
    stop("load_ms");
    FormIndex city = new FormIndex(1, ref("/data/city"));
    TreeReference region = ref("/data/region");
    int n = 0;
    String last = "";
    start();
    for (int i = 0; i < CHANGES; i++) {
      set(form, region, new StringData("r" + i));
      FormEntryPrompt prompt = new FormEntryPrompt(form, city);
      List<SelectChoice> choices = prompt.getSelectChoices();
      n += choices.size();
      for (SelectChoice choice : choices)
        last = prompt.getSelectChoiceText(choice);
    }
    stop("filter_ms");
    check(n + " " + last);
  }

  static void pull() throws Exception {
    start();
    FormDef form = load("find.xml");
    stop("load_ms");
    TreeReference key = ref("/data/key");
    int n = 0;
    start();
    for (int i = 0; i < LOOKUPS; i++) {
      set(form, key, new StringData("c" + i * 7));
      n += get(form, "/data/found").length();
    }
    stop("lookup_ms");
    check(n + " " + get(form, "/data/found"));
  }

  static FormIndex region(int i) throws Exception {
    return new FormIndex(0, i, ref("/data/region/name", i).getParentRef());
  }

  static FormIndex district(int i, int j) throws Exception {
    TreeReference own = ref("/data/region/district/a", i, j).getParentRef();
    return new FormIndex(new FormIndex(1, j, own), 0, i, ref("/data/region/name", i).getParentRef());
  }

  static void nested() throws Exception {
    FormDef form = load("nested.xml");
    start();
    for (int i = 0; i < OUTER; i++) {
      form.createNewRepeat(region(i));
      for (int j = 0; j < INNER; j++)
        form.createNewRepeat(district(i, j));
    }
    stop("add_ms");
    start();
    for (int i = 0; i < OUTER; i++) {
      for (int j = 0; j < INNER; j++) {
        set(form, ref("/data/region/district/a", i, j), new IntegerData(i * INNER + j));
        set(form, ref("/data/region/district/b", i, j), new IntegerData(1));
      }
    }
    stop("edit_ms");
    String full = get(form, "/data/grand");
    start();
    for (int i = OUTER - 1; i >= 0; i--) {
      for (int j = INNER - 1; j >= 0; j--)
        form.deleteRepeat(district(i, j));
    }
    stop("remove_ms");
    check(full + " " + get(form, "/data/grand"));
  }

  /** JavaRosa makes counted rows as somebody walks through them. */
  static void count() throws Exception {
    FormDef form = load("count.xml");
    FormEntryController controller = new FormEntryController(new FormEntryModel(form));
    start();
    set(form, ref("/data/n"), new IntegerData(ROWS));
    while (controller.stepToNextEvent() != FormEntryController.EVENT_END_OF_FORM)
      ;
    stop("few_ms");
    /* Ten thousand take it many minutes. */
    check(get(form, "/data/total") + " 25005000 100010000");
  }

  static int characters(String text) { return text == null ? 0 : text.codePointCount(0, text.length()); }

  static void language() throws Exception {
    FormDef form = load("texts.xml");
    FormEntryController controller = new FormEntryController(new FormEntryModel(form));
    List<FormIndex> questions = new ArrayList<>();
    for (int event; (event = controller.stepToNextEvent()) != FormEntryController.EVENT_END_OF_FORM;) {
      if (event == FormEntryController.EVENT_QUESTION)
        questions.add(controller.getModel().getFormIndex());
    }
    long n = 0;
    start();
    for (String language : form.getLocalizer().getAvailableLocales()) {
      form.getLocalizer().setLocale(language);
      for (FormIndex index : questions) {
        FormEntryPrompt prompt = new FormEntryPrompt(form, index);
        n += characters(prompt.getLongText()) + characters(prompt.getHelpText());
        List<SelectChoice> choices = prompt.getSelectChoices();
        for (int i = 0; choices != null && i < choices.size(); i++)
          n += characters(prompt.getSelectChoiceText(choices.get(i)));
      }
    }
    stop("language_ms");
    check("" + n);
  }

  static void filled() throws Exception {
    start();
    FormDef form = new XFormParser(open("texts.xml"), open("filled.xml")).parse();
    form.initialize(false, new InstanceInitializationFactory());
    stop("both_ms");
    check(get(form, "/data/total") + " " + get(form, "/data/g99/t2499"));
  }

  static class Attachments extends PrefixedRootFactory {
    Attachments() { super(new String[] {"file-csv"}); }

    @Override
    protected Reference factory(String terminal, String uri) {
      File file = new File(folder, terminal);
      return new Reference() {
        public boolean doesBinaryExist() { return file.exists(); }
        public InputStream getStream() throws IOException { return new FileInputStream(file); }
        public String getURI() { return uri; }
        public String getLocalURI() { return file.getPath(); }
        public boolean isReadOnly() { return true; }
        public OutputStream getOutputStream() { return null; }
        public void remove() { }
        public Reference[] probeAlternativeReferences() { return new Reference[0]; }
      };
    }
  }

  public static void main(String[] args) throws Exception {
    new XFormsModule().registerModule();
    folder = args[1];
    ReferenceManager.instance().addReferenceFactory(new Attachments());
    for (int run = 0; run < Integer.parseInt(args[2]); run++) {
      line = new StringBuilder("{\"peer\":\"javarosa\",\"kind\":\"" + args[0] + "\",\"run\":" + run);
      switch (args[0]) {
        case "cascade": cascade("cascade.xml"); break;
        case "cascade-csv": cascade("cascade-csv.xml"); break;
        case "pull": pull(); break;
        case "nested": nested(); break;
        case "count": count(); break;
        case "language": language(); break;
        case "filled": filled(); break;
        default: throw new IllegalArgumentException(args[0]);
      }
      System.out.println(line + "}");
    }
  }
}
