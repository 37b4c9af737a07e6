// SPDX-License-Identifier: GPL-3.0-or-later
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.data.AnswerDataFactory;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.UncastData;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xpath.XPathParseTool;
import org.javarosa.xpath.expr.XPathPathExpr;

/**
 * "RunForm FORM SCRIPT" is to JavaRosa, which ODK Collect is made of, what "palermo-cli form run FORM SCRIPT" is to ours: the same
 * commands, a tab between their words, and the same answers, one a line. Like Collect it goes from screen to screen.
 */
public class RunForm {
  static String xml;
  static FormDef form;
  static FormEntryController controller;

  static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
  }

  static String unescape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int known = c == '\\' && i + 1 < text.length() ? "\\tnr".indexOf(text.charAt(i + 1)) : -1;
      out.append(known < 0 ? c : "\\\t\n\r".charAt(known));
      i += known < 0 ? 0 : 1;
    }
    return out.toString();
  }

  /** "/a/b[2]/c" -> "/a[1]/b[2]/c[1]". */
  static String full(String path) {
    return Arrays.stream(path.substring(1).split("/")).map(step -> "/" + (step.endsWith("]") ? step : step + "[1]")).collect(Collectors.joining());
  }

  static String full(TreeReference reference) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < reference.size(); i++)
      out.append('/').append(reference.getName(i)).append('[').append(Math.max(reference.getMultiplicity(i), 0) + 1).append(']');
    return out.toString();
  }

  /** The screen where this stands, or null if one never comes past it. */
  static FormIndex find(String path, int event) {
    controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
    for (int now = controller.stepToNextEvent(); now != FormEntryController.EVENT_END_OF_FORM; now = controller.stepToNextEvent())
      if (now == event && full(controller.getModel().getFormIndex().getReference()).equals(full(path)))
        return controller.getModel().getFormIndex();
    return null;
  }

  static FormIndex require(String path, int event) {
    FormIndex index = find(path, event);
    if (index == null)
      throw new IllegalArgumentException("no screen for " + path);
    return index;
  }

  static FormEntryPrompt prompt(String path) {
    return new FormEntryPrompt(form, require(path, FormEntryController.EVENT_QUESTION));
  }

  static TreeReference reference(String path) throws Exception {
    TreeReference reference = ((XPathPathExpr) XPathParseTool.parseXPath(path.replaceAll("\\[\\d+\\]", ""))).getReference();
    String[] steps = full(path).substring(1).split("/");
    for (int i = 0; i < steps.length; i++)
      reference.setMultiplicity(i, Integer.parseInt(steps[i].replaceAll(".*\\[|\\]", "")) - 1);
    return reference;
  }

  static TreeElement element(String path) throws Exception {
    TreeElement element = form.getMainInstance().resolveReference(reference(path));
    if (element == null)
      throw new IllegalArgumentException("there is no " + path);
    return element;
  }

  static String violation(String path) throws Exception {
    TreeElement element = element(path);
    if (!element.isRelevant())
      return "";
    if (element.getValue() == null)
      return element.isRequired() ? "required" : "";
    return form.evaluateConstraint(reference(path), element.getValue()) ? "" : "constraint";
  }

  static String set(String path, String value) {
    FormIndex index = require(path, FormEntryController.EVENT_QUESTION);
    FormEntryPrompt prompt = new FormEntryPrompt(form, index);
    IAnswerData data = value.isEmpty() ? null : AnswerDataFactory.template(prompt.getControlType(), prompt.getDataType()).cast(new UncastData(value));
    switch (controller.answerQuestion(index, data, false)) {
      case FormEntryController.ANSWER_CONSTRAINT_VIOLATED: return "\tconstraint";
      case FormEntryController.ANSWER_REQUIRED_BUT_EMPTY: return "\trequired";
      default: return "";
    }
  }

  static String get(String what, String path) throws Exception {
    switch (what) {
      case "value": return element(path).getValue() == null ? "" : element(path).getValue().uncast().getString();
      case "relevant": return String.valueOf(element(path).isRelevant());
      case "required": return String.valueOf(element(path).isRequired());
      case "readonly": return String.valueOf(!element(path).isEnabled());
      case "violation": return violation(path);
      case "label": return prompt(path).getQuestionText();
      case "choices": return prompt(path).getSelectChoices().stream().map(choice -> choice.getValue()).collect(Collectors.joining("\n"));
      case "count": {
        int n = 0;
        while (form.getMainInstance().resolveReference(reference(path.replaceAll("\\[\\d+\\]$", "") + "[" + (n + 1) + "]")) != null)
          n++;
        return String.valueOf(n);
      }
      case "valid": return String.valueOf(form.validate() == null);
      case "instance": {
        form.postProcessInstance();
        return new String(new XFormSerializingVisitor().serializeInstance(form.getMainInstance()), StandardCharsets.UTF_8);
      }
      default: throw new IllegalArgumentException("get " + what);
    }
  }

  static String carryOut(String[] words) throws Exception {
    switch (words[0]) {
      case "new":
        form = new XFormParser(new StringReader(xml)).parse();
        form.initialize(true, new InstanceInitializationFactory());
        controller = new FormEntryController(new FormEntryModel(form));
        return "";
      case "set": return set(words[1], words.length > 2 ? words[2] : "");
      case "add":
        controller.newRepeat(require(words[1], FormEntryController.EVENT_PROMPT_NEW_REPEAT));
        return "";
      case "del":
        controller.deleteRepeat(require(words[1], FormEntryController.EVENT_REPEAT));
        return "";
      case "lang":
        controller.setLanguage(words[1]);
        return "";
      case "get": return "\t" + escape(get(words[1], words.length > 2 ? words[2] : "/"));
      default: throw new IllegalArgumentException(words[0]);
    }
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    xml = Files.readString(Path.of(arguments[0]));
    new XFormsModule().registerModule();
    for (String line : Files.readAllLines(Path.of(arguments[1]))) {
      try {
        out.println("ok" + carryOut(Arrays.stream(line.split("\t")).map(RunForm::unescape).toArray(String[]::new)));
      } catch (Exception error) {
        out.println("err\t" + escape(String.valueOf(error.getMessage())));
      }
    }
  }
}
