// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-stakeholder-list"
#include "config.h"

#include "pal-stakeholder-list-private.h"

#include "pal-folded.h"

#include <string.h>

/* What people call the columns of such lists, in six languages. */

#define MAX_TITLE_BYTES 400

/* --- questions ---------------------------------------------------------------------------------
 */

static const PalListQuestion questions[] = {
  { "name", "identity/name", PAL_LIST_TEXT, FALSE, NULL,
    "organization|organisation|organization name|name of organization|organisation name|name of "
    "organisation|name of the organization|stakeholder|institution|entity|association|ngo|company|"
    "affiliation|organisme|nom de l organisation|nom de l association|nom de l organisme|"
    "organizacion|nombre de la organizacion|entidad|institucion|asociacion|организация|"
    "наименование организации|название организации|учреждение|组织|组织名称|机构|机构名称|单位|"
    "单位名称|المنظمة|اسم المنظمة|المؤسسة|اسم المؤسسة|الجمعية|اسم الجمعية|الجهة|اسم الجهة",
    "name|full name|official name|nom|nom complet|nombre|nombre completo|название|наименование|имя|"
    "名称|名字|الاسم|اسم|الاسم الكامل" },
  { "acronym", "identity/acronym", PAL_LIST_TEXT, FALSE, NULL,
    "acronym|abbreviation|short name|initials|acronyme|sigle|abreviation|nom court|acronimo|siglas|"
    "sigla|nombre corto|аббревиатура|сокращение|краткое название|сокращенное название|"
    "сокращенное наименование|简称|缩写|الاختصار|الاسم المختصر|المختصر",
    NULL },
  { "type", "identity/type", PAL_LIST_ONE, FALSE, NULL,
    "type|type of organization|type of organisation|organization type|organisation type|"
    "type of stakeholder|stakeholder type|category|kind|type d organisation|type d "
    "acteur|categorie|"
    "tipo|tipo de organizacion|tipo de entidad|categoria|тип|тип организации|вид|вид организации|"
    "категория|类型|组织类型|机构类型|类别|النوع|نوع المنظمة|نوع المؤسسة|الفئة",
    NULL },
  { "country", "identity/country", PAL_LIST_TEXT, FALSE, NULL,
    "country|state|country of registration|based in|pays|etat|pays d enregistrement|pais|"
    "estado|страна|государство|страна регистрации|国家|所在国|国别|البلد|الدولة|بلد التسجيل",
    NULL },
  { "scope", "identity/scope", PAL_LIST_ONE, FALSE, NULL,
    "scope|reach|level|geographic scope|portee|champ d action|niveau|alcance|ambito|nivel|охват|"
    "уровень|масштаб|范围|级别|النطاق|المستوى",
    NULL },
  { "regions", "identity/regions", PAL_LIST_TEXT, FALSE, "; ",
    "region|regions|province|city|town|district|area|regions served|ville|departement|"
    "regiones|provincia|ciudad|регион|регионы|область|город|地区|区域|省份|城市|المنطقة|المناطق|"
    "الإقليم|المدينة|المحافظة",
    NULL },
  { "languages", "identity/languages", PAL_LIST_MANY, FALSE, "; ",
    "language|languages|working language|working languages|langue|langues|langue de "
    "travail|langues "
    "de travail|idioma|idiomas|lengua|idioma de trabajo|язык|языки|рабочий язык|рабочие языки|语言|"
    "工作语言|语文|اللغة|اللغات|لغة العمل",
    NULL },
  { "website", "identity/website", PAL_LIST_LINK, FALSE, NULL,
    "website|web site|web|url|link|homepage|web page|site web|site internet|site|sitio web|pagina "
    "web|enlace|сайт|веб сайт|адрес сайта|ссылка|网站|网址|网页|الموقع|الموقع الإلكتروني|الموقع "
    "الالكتروني|موقع الويب|الرابط",
    NULL },
  { "description", "identity/description", PAL_LIST_LONG_TEXT, FALSE, "\n",
    "description|about|activities|mission|what it does|activites|presentation|descripcion|"
    "actividades|описание|деятельность|о себе|说明|简介|业务|描述|الوصف|الأنشطة|نبذة",
    NULL },
  { "instruments", "focus/instruments", PAL_LIST_MANY, FALSE, "; ",
    "instrument|instruments|convention|protocol|treaty|protocole|traite|instrumento|instrumentos|"
    "protocolo|tratado|документ|документы|протокол|конвенция|договор|文书|公约|议定书|الصك|الصكوك|"
    "البروتوكول|الاتفاقية",
    NULL },
  { "clusters", "focus/clusters", PAL_LIST_MANY, FALSE, "; ",
    "cluster|clusters|groupe|groupes thematiques|grupo tematico|grupos|кластер|кластеры|группа "
    "статей|组别|专题组|المجموعة|المجموعات",
    NULL },
  { "articles", "focus/articles", PAL_LIST_MANY, FALSE, "; ",
    "article|articles|provisions|articulo|articulos|статья|статьи|条款|条|المادة|المواد", NULL },
  { "crimes", "focus/crimes", PAL_LIST_MANY, FALSE, "; ",
    "crime|crimes|crime types|topic|topics|theme|themes|infractions|delito|delitos|temas|"
    "преступления|виды преступлений|темы|犯罪|犯罪类型|主题|الجرائم|أنواع الجرائم|المواضيع",
    NULL },
  { "contribution", "focus/contribution", PAL_LIST_LONG_TEXT, FALSE, "\n",
    "contribution|expertise|experience|what it could bring|competences|apport|contribucion|"
    "experiencia|вклад|опыт|экспертиза|贡献|专长|经验|المساهمة|الخبرة|الخبرات",
    NULL },
  { "ecosoc", "focus/ecosoc", PAL_LIST_ONE, FALSE, NULL,
    "ecosoc|ecosoc status|consultative status|statut consultatif|estatus consultivo|caracter "
    "consultivo|экосос|консультативный статус|经社理事会|咨商地位|المركز الاستشاري",
    NULL },
  { "office_email", "contact/office_email", PAL_LIST_ADDRESS, FALSE, NULL,
    "office e mail|office email|e mail of the office|general e mail|courriel du bureau|correo de "
    "la "
    "oficina|электронная почта организации|办公邮箱|بريد المكتب",
    "e mail|email|mail|e mail address|email address|contact e mail|contact email|courriel|adresse "
    "electronique|adresse e mail|adresse mail|correo|correo electronico|электронная почта|почта|эл "
    "почта|адрес электронной почты|邮箱|电子邮件|电邮|电子邮箱|البريد الإلكتروني|البريد "
    "الالكتروني|البريد|الإيميل" },
  { "office_phone", "contact/office_phone", PAL_LIST_PHONE, FALSE, NULL,
    "office phone|office telephone|telephone of the office|switchboard|telephone du "
    "bureau|telefono "
    "de la oficina|телефон организации|办公电话|هاتف المكتب",
    "phone|telephone|tel|phone number|mobile|cell|numero de telephone|portable|telefono|movil|"
    "celular|телефон|тел|номер телефона|мобильный телефон|电话|手机|联系电话|الهاتف|هاتف|رقم "
    "الهاتف|الجوال|المحمول" },
  { "needs", "contact/needs", PAL_LIST_LONG_TEXT, FALSE, "\n",
    "needs|requirements|support needed|besoins|necesidades|потребности|нужды|需要|需求|الاحتياجات",
    NULL },
  { "channel", "contact/channel", PAL_LIST_ONE, FALSE, NULL,
    "channel|preferred contact|preferred channel|way of contact|moyen de contact|canal|medio de "
    "contacto|способ связи|联系方式|وسيلة الاتصال|طريقة الاتصال",
    NULL },
  { "person", "contact/person/name", PAL_LIST_TEXT, TRUE, " ",
    "contact|contact person|contact name|person|participant|participant name|name of participant|"
    "representative|focal point|attendee|speaker|first name|last name|surname|family name|given "
    "name|"
    "personne de contact|personne a contacter|nom du participant|nom du "
    "contact|representant|prenom|"
    "nom de famille|persona de contacto|contacto|nombre del participante|representante|apellido|"
    "apellidos|participante|контактное лицо|участник|представитель|фамилия|отчество|фио|"
    "фамилия имя отчество|имя участника|联系人|参加者|参会者|代表|姓名|与会者|جهة الاتصال|الشخص "
    "المسؤول|المشارك|اسم المشارك|الممثل|اسم الممثل|اسم العائلة|مسؤول الاتصال",
    "name|full name|nom|nom complet|nombre|nombre completo|имя|名字|الاسم|اسم|الاسم الكامل" },
  { "person_function", "contact/person/function", PAL_LIST_TEXT, TRUE, ", ",
    "function|position|title|job title|role|post|fonction|poste|titre|cargo|puesto|funcion|"
    "должность|позиция|职务|职位|头衔|المنصب|الوظيفة|الصفة|المسمى الوظيفي",
    NULL },
  { "person_contact", "contact/person/contact", PAL_LIST_TEXT, TRUE, "; ",
    "personal e mail|personal email|personal phone|e mail of the contact person|courriel du "
    "contact|"
    "correo del contacto|личный телефон|личная почта|个人邮箱|个人电话|البريد الشخصي|الهاتف "
    "الشخصي",
    NULL },
  { "person_consent", "contact/person/consent", PAL_LIST_ONE, TRUE, NULL,
    "consent|agreed|agreed to be listed|consentement|accord|consentimiento|согласие|同意|是否同意|"
    "الموافقة|موافقة",
    NULL },
  { "person_consent_date", "contact/person/consent_date", PAL_LIST_DATE, TRUE, NULL,
    "consent date|date of consent|agreed on|date du consentement|date de consentement|fecha del "
    "consentimiento|fecha de consentimiento|дата согласия|同意日期|تاريخ الموافقة",
    NULL },
  { "last_contact", "contact/last_contact", PAL_LIST_DATE, FALSE, NULL,
    "last contact|date of last contact|last contacted|dernier contact|date du dernier "
    "contact|ultimo "
    "contacto|fecha del ultimo contacto|последний контакт|дата последнего контакта|最近联系|"
    "最后联系日期|آخر اتصال|تاريخ آخر اتصال",
    "date|fecha|дата|日期|التاريخ" },
  { "sensitivity", "protection/sensitivity", PAL_LIST_ONE, FALSE, NULL,
    "sensitivity|confidentiality|confidentialite|sensibilite|confidencialidad|sensibilidad|"
    "конфиденциальность|敏感度|保密|السرية|الحساسية",
    NULL },
  { "keep_until", "protection/keep_until", PAL_LIST_DATE, FALSE, NULL,
    "keep until|delete on|retention|a conserver jusqu au|conservar hasta|хранить до|保留至|يحفظ "
    "حتى",
    NULL },
  { "notes", "protection/notes", PAL_LIST_LONG_TEXT, FALSE, "\n",
    "note|notes|comment|comments|remark|remarks|observations|remarques|commentaire|commentaires|"
    "notas|observaciones|comentarios|примечание|примечания|заметки|комментарий|备注|注|评论|"
    "ملاحظات|الملاحظات|تعليقات",
    NULL },
};

guint
pal_list_questions_count (void)
{
  return G_N_ELEMENTS (questions);
}

const PalListQuestion *
pal_list_question_at (guint place)
{
  return &questions[place];
}

const PalListQuestion *
pal_list_question_find (const char *key)
{
  for (gsize i = 0; key != NULL && i < G_N_ELEMENTS (questions); i++)
    if (strcmp (questions[i].key, key) == 0)
      return &questions[i];

  return NULL;
}

char *
pal_list_question_dup_path (const PalListQuestion *self)
{
  return g_strconcat ("/stakeholder/card/", self->path, NULL);
}

/**
 * pal_stakeholder_list_get_questions:
 *
 * Returns: (transfer none) (array zero-terminated=1): keys of the questions that a column can
 * answer
 */
const char *const *
pal_stakeholder_list_get_questions (void)
{
  static const char *keys[G_N_ELEMENTS (questions) + 1];
  static gsize made;

  if (g_once_init_enter (&made))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
        keys[i] = questions[i].key;
      g_once_init_leave (&made, 1);
    }

  return keys;
}

/* --- words -------------------------------------------------------------------------------------
 */

static gboolean
is_whole_word (const char *text, const char *found, gsize length)
{
  /* Words are not divided there. */
  if (g_unichar_iswide (g_utf8_get_char (found)))
    return length >= 6;

  return length >= 4 && (found == text || found[-1] == ' ')
         && (found[length] == '\0' || found[length] == ' ');
}

/* Folded once: a list may have many cells that could be names of columns. */
typedef struct
{
  GStrv words;
  GStrv generic; /* (nullable) */
} Folded;

static GStrv
fold_words (const char *words)
{
  GStrv list = words != NULL ? g_strsplit (words, "|", -1) : NULL;

  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    {
      char *folded = pal_folded_dup (list[i]);

      g_free (list[i]);
      list[i] = folded;
    }

  return list;
}

static const Folded *
get_folded (void)
{
  static Folded folded[G_N_ELEMENTS (questions)];
  static gsize made;

  if (g_once_init_enter (&made))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
        {
          folded[i].words = fold_words (questions[i].words);
          folded[i].generic = fold_words (questions[i].generic);
        }
      g_once_init_leave (&made, 1);
    }

  return folded;
}

/* How well a folded title fits words: 0 not at all, exact if it is one of them. */
static guint
score_words (const char *title, GStrv words, guint exact)
{
  guint best = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *found = strstr (title, words[i]);
      guint length = strlen (words[i]);

      if (found != NULL && title[length] == '\0' && found == title)
        return exact;
      if (found != NULL && is_whole_word (title, found, length))
        best = MAX (best, (found == title ? 200 : 100) + MIN (length, 99));
    }

  return best;
}

static guint
score (const char *title, gsize place)
{
  const Folded *folded = &get_folded ()[place];
  guint best;

  if (*title == '\0' || strlen (title) > MAX_TITLE_BYTES)
    return 0;
  best = score_words (title, folded->words, 900);
  /* A name may be an organization's or a person's, an address likewise. */
  if (folded->generic != NULL)
    {
      guint generic = score_words (title, folded->generic, 500);

      if (generic == 500 && questions[place].is_person)
        generic = 400;
      best = MAX (best, generic < 400 ? generic / 2 : generic);
    }

  return best;
}

/* --- columns -----------------------------------------------------------------------------------
 */

/* The row, among the first, in which the most cells are names of columns; the first one otherwise.
 * What stands above is a title. */
guint
pal_list_find_header (PalBookSheet *sheet)
{
  guint best = 0;
  guint found = 0;

  for (guint i = 0; i < MIN (sheet->rows->len, 25); i++)
    {
      const PalBookRow *row = g_ptr_array_index (sheet->rows, i);
      guint known = 0;

      for (guint column = 0; column < MIN (row->n_cells, PAL_STAKEHOLDER_LIST_MAX_COLUMNS);
           column++)
        {
          g_autofree char *title
              = row->cells[column] != NULL ? pal_folded_dup (row->cells[column]) : g_strdup ("");
          guint well = 0;

          for (gsize j = 0; j < G_N_ELEMENTS (questions) && well < 400; j++)
            well = MAX (well, score (title, j));
          known += well >= 400 ? 3 : well > 0 ? 1 : 0;
        }
      if (known > best)
        {
          best = known;
          found = i;
        }
    }

  return found;
}

static PalListColumn *
find_column_of (PalStakeholderList *self, const char *key)
{
  for (guint i = 0; i < self->columns->len; i++)
    {
      PalListColumn *column = g_ptr_array_index (self->columns, i);

      if (g_strcmp0 (column->question, key) == 0)
        return column;
    }

  return NULL;
}

static gboolean
is_generic (const PalListColumn *column)
{
  gsize place = pal_list_question_find (column->question) - questions;
  g_autofree char *title = pal_folded_dup (column->title != NULL ? column->title : "");

  return score_words (title, get_folded ()[place].words, 900) == 0;
}

/* Addresses in a list of persons are theirs, unless they are said to be the office's. */
static void
give_to_persons (PalStakeholderList *self)
{
  static const char *const keys[] = { "office_email", "office_phone" };

  if (find_column_of (self, "person") == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      PalListColumn *column = find_column_of (self, keys[i]);

      if (column != NULL && is_generic (column))
        column->question = pal_list_question_find ("person_contact")->key;
    }
}

/* The best fit first: each question goes to one column, unless what several say can be joined. */
void
pal_list_match_columns (PalStakeholderList *self)
{
  gsize n_scores = (gsize) self->columns->len * G_N_ELEMENTS (questions);
  g_autofree guint *scores = g_new0 (guint, n_scores);

  for (guint i = 0; i < self->columns->len; i++)
    {
      PalListColumn *column = g_ptr_array_index (self->columns, i);
      g_autofree char *title = pal_folded_dup (column->title != NULL ? column->title : "");

      for (gsize j = 0; j < G_N_ELEMENTS (questions); j++)
        scores[i * G_N_ELEMENTS (questions) + j] = score (title, j);
    }
  for (;;)
    {
      gsize best = 0;
      PalListColumn *column;
      const PalListQuestion *question;

      for (gsize i = 1; i < n_scores; i++)
        if (scores[i] > scores[best])
          best = i;
      if (n_scores == 0 || scores[best] == 0)
        break;
      column = g_ptr_array_index (self->columns, best / G_N_ELEMENTS (questions));
      question = &questions[best % G_N_ELEMENTS (questions)];
      /* A second column is joined only if it is called just so. */
      if (find_column_of (self, question->key) == NULL
          || (question->joint != NULL && scores[best] >= 400))
        {
          column->question = question->key;
          memset (scores + column->number * G_N_ELEMENTS (questions), 0,
                  G_N_ELEMENTS (questions) * sizeof (guint));
        }
      scores[best] = 0;
    }
  give_to_persons (self);
}
