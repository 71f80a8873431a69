/* date_words_table.c - the words of printed dates. Within a kind the more widespread language comes
 * first: its meaning is taken where nothing is known about the language. Words that bend stand here
 * as their stem. The months of the last column's languages are abbreviated only where the language
 * is known: too many other words begin as they do. Arabic and Persian letters are those of Arabic;
 * folding makes them alike. */
#include "base/alloc.h"
#include "base/date_words.h"

const struct date_word_row date_word_rows[] = {
    {"en", DATE_WORD_MONTH,
     "january february march april may june july august september|sept october november december"},
    {"de", DATE_WORD_MONTH,
     "januar|jänner|jaenner februar|feber märz|maerz|mrz april mai juni|juno juli|julei august "
     "september oktober november dezember"},
    {"fr", DATE_WORD_MONTH,
     "janvier|jan février|fév|fev mars avril|avr mai juin juillet|juil août|aout septembre octobre "
     "novembre décembre"},
    {"es", DATE_WORD_MONTH,
     "enero|ene febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre "
     "diciembre"},
    {"pt", DATE_WORD_MONTH,
     "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"},
    {"it", DATE_WORD_MONTH,
     "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
     "dicembre"},
    {"ru", DATE_WORD_MONTH,
     "январ феврал март апрел май|мая|мае июнь|июня|июне|июн июль|июля|июле|июл август сентябр "
     "октябр ноябр декабр"},
    {"tr", DATE_WORD_MONTH,
     "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık"},
    {"nl", DATE_WORD_MONTH,
     "januari februari maart|mrt april mei juni juli augustus september oktober november december"},
    {"pl", DATE_WORD_MONTH,
     "stycz luty|lutego|lutym|lut marzec|marca|marcu kwiecień|kwietni maj|maja|maju "
     "czerwiec|czerwc "
     "lipiec|lipca|lipcu sierpień|sierpni wrzesień|wrześni październik listopad grudzień|grudni"},
    {"cs", DATE_WORD_MONTH,
     "leden|ledna|lednu únor březen|března|březnu duben|dubna|dubnu květen|květn "
     "červen|června|červnu|čvn červenec|července|červenci|čvc srpen|srpna|srpnu září "
     "říjen|října|říjnu listopad prosinec|prosinc"},
    {"sk", DATE_WORD_MONTH,
     "január február marec|marca|marci apríl máj|mája|máji jún|júna|júni júl|júla|júli august "
     "september|septembr október|októbr november|novembr december|decembr"},
    {"hu", DATE_WORD_MONTH,
     "január február március április május június július augusztus szeptember október november "
     "december"},
    {"ro", DATE_WORD_MONTH,
     "ianuarie|ian februarie martie aprilie mai iunie|iun iulie|iul august septembrie octombrie "
     "noiembrie|noi decembrie"},
    {"sv", DATE_WORD_MONTH,
     "januari februari mars april maj juni juli augusti september oktober november december"},
    {"da", DATE_WORD_MONTH,
     "januar februar marts april maj juni juli august september oktober november december"},
    {"nb", DATE_WORD_MONTH,
     "januar februar mars april mai juni juli august september oktober november desember"},
    {"no", DATE_WORD_MONTH,
     "januar februar mars april mai juni juli august september oktober november desember"},
    {"nn", DATE_WORD_MONTH,
     "januar februar mars april mai juni juli august september oktober november desember"},
    {"fi", DATE_WORD_MONTH,
     "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu "
     "marraskuu joulukuu"},
    {"el", DATE_WORD_MONTH,
     "ιανουαρι φεβρουαρι μάρτι|μάρτη|μαρ|μαώ απρίλι|απρίλη μάιο|μάη|μαΐου|μάι ιούνι|ιούνη|ιον "
     "ιούλι|ιούλη|ιολ "
     "αύγουστ|αυγούστ σεπτέμβρι|σεπτέμβρη οκτώβρι|οκτώβρη νοέμβρι|νοέμβρη δεκέμβρι|δεκέμβρη"},
    {"uk", DATE_WORD_MONTH,
     "січень|січн лютий|лютого|лютому|лют березень|березн квітень|квітн травень|травн "
     "червень|червн липень|липн серпень|серпн вересень|вересн жовтень|жовтн листопад "
     "грудень|грудн"},
    {"be", DATE_WORD_MONTH,
     "студзень|студзен люты|лютага|лютым сакавік красавік май|мая|траўн|травень "
     "чэрвень|чэрвен ліпень|ліпен жнівень|жніўн верасень|верасн кастрычнік лістапад "
     "снежань|снежн"},
    {"bg", DATE_WORD_MONTH,
     "януари февруари март април май юни юли август септември октомври ноември декември"},
    {"sr", DATE_WORD_MONTH,
     "јануар фебруар март април мај|маја|мају јун|јуни|јуна јул|јули|јула август|аугуст "
     "септембар|септембр октобар|октобр новембар|новембр децембар|децембр"},
    {"sr", DATE_WORD_MONTH,
     "januar februar mart april maj|maja|maju jun|juni|juna jul|juli|jula avgust|august "
     "septembar|septembr oktobar|oktobr novembar|novembr decembar|decembr"},
    {"bs", DATE_WORD_MONTH,
     "januar februar mart april maj|maja juni|juna juli|jula august septembar|septembr "
     "oktobar|oktobr novembar|novembr decembar|decembr"},
    {"hr", DATE_WORD_MONTH,
     "siječanj|siječnj veljač ožujak|ožujk travanj|travnj svibanj|svibnj lipanj|lipnj "
     "srpanj|srpnj kolovoz rujan|rujna|rujnu|rujn listopad studeni|studen prosinac|prosinc"},
    {"sl", DATE_WORD_MONTH,
     "januar februar marec|marca|marcu april maj|maja|maju junij julij avgust september|septembr "
     "oktober|oktobr november|novembr december|decembr"},
    {"mk", DATE_WORD_MONTH,
     "јануари февруари март април мај јуни јули август септември октомври ноември декември"},
    {"lt", DATE_WORD_MONTH,
     "sausis|sausi vasaris|vasari kovas|kovo|kov balandis|balandži gegužė|geguž birželis|birželi "
     "liepa|liepos|liep rugpjūtis|rugpjū rugsėjis|rugsėj spalis|spali lapkritis|lapkri "
     "gruodis|gruodži"},
    {"lv", DATE_WORD_MONTH,
     "janvār februār marts|martā|marta aprīl maijs|maijā|maija jūnij jūlij august septembr oktobr "
     "novembr decembr"},
    {"et", DATE_WORD_MONTH,
     "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember"},
    {"is", DATE_WORD_MONTH | DATE_WORD_RARE,
     "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember"},
    {"fo", DATE_WORD_MONTH | DATE_WORD_RARE,
     "januar februar mars apríl mai juni juli august september oktober november desember"},
    {"sq", DATE_WORD_MONTH | DATE_WORD_RARE,
     "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor"},
    {"ca", DATE_WORD_MONTH,
     "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre"},
    {"gl", DATE_WORD_MONTH | DATE_WORD_RARE,
     "xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro"},
    {"eu", DATE_WORD_MONTH | DATE_WORD_RARE,
     "urtarril otsail martxo apiril maiatz ekain uztail abuztu irail urri azaro abendu"},
    {"ast", DATE_WORD_MONTH | DATE_WORD_RARE,
     "xineru febreru marzu abril mayu xunu|xun xunetu|xnt agostu setiembre ochobre payares "
     "avientu"},
    {"oc", DATE_WORD_MONTH | DATE_WORD_RARE,
     "genièr febrièr març abril mai junh julhet agost setembre octòbre novembre decembre"},
    {"cy", DATE_WORD_MONTH | DATE_WORD_RARE,
     "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr"},
    {"ga", DATE_WORD_MONTH | DATE_WORD_RARE,
     "eanáir feabhra márta aibreán bealtaine meitheamh|mheitheamh iúil lúnasa "
     "meán_fómhair|mheán_fómhair deireadh_fómhair samhain nollaig"},
    {"gd", DATE_WORD_MONTH | DATE_WORD_RARE,
     "faoilleach|fhaoilleach gearran|ghearran màrt|mhàrt giblean|ghiblean cèitean|chèitean ògmhios "
     "iuchar lùnastal sultain dàmhair samhain dùbhlachd"},
    {"br", DATE_WORD_MONTH | DATE_WORD_RARE,
     "genver chwevrer|hwevrer meurzh ebrel mae mezheven gouere eost gwengolo here du kerzu"},
    {"lb", DATE_WORD_MONTH | DATE_WORD_RARE,
     "januar februar mäerz|mäe abrëll mee juni juli august september oktober november dezember"},
    {"mt", DATE_WORD_MONTH | DATE_WORD_RARE,
     "jannar frar marzu april mejju ġunju lulju awwissu settembru ottubru novembru diċembru"},
    {"fy", DATE_WORD_MONTH | DATE_WORD_RARE,
     "jannewaris febrewaris maart april maaie juny july augustus septimber oktober novimber "
     "desimber"},
    {"rm", DATE_WORD_MONTH | DATE_WORD_RARE,
     "schaner favrer mars avrigl matg zercladur fanadur avust settember october november december"},
    {"eo", DATE_WORD_MONTH | DATE_WORD_RARE,
     "januaro februaro marto aprilo majo junio julio aŭgusto septembro oktobro novembro decembro"},
    {"ar", DATE_WORD_MONTH,
     "يناير|جانفي|كانون_الثاني فبراير|فيفري|شباط مارس|آذار أبريل|أفريل|نيسان مايو|ماي|أيار "
     "يونيو|يونيه|جوان|حزيران يوليو|يوليوز|يوليه|جويلية|تموز أغسطس|أوت|آب|غشت "
     "سبتمبر|شتنبر|أيلول أكتوبر|تشرين_الأول نوفمبر|نونبر|تشرين_الثاني "
     "ديسمبر|دجنبر|دسمبر|كانون_الأول"},
    {"fa", DATE_WORD_MONTH,
     "ژانویه فوریه مارس آوریل مه|می ژوئن|ژوين ژوئیه|ژولای|جولای اوت|آگوست|اگست سپتامبر "
     "اکتبر|اکتوبر نوامبر دسامبر"},
    {"ur", DATE_WORD_MONTH, "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر"},
    {"ps", DATE_WORD_MONTH,
     "جنوري فبروري|فېبروري مارچ اپریل می|مۍ جون جولای اګست سپتمبر|سېپټمبر|سېپتمبر اکتوبر "
     "نومبر|نوېمبر "
     "دسمبر|ډېسمبر"},
    {"he", DATE_WORD_MONTH,
     "ינואר פברואר מרץ|מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר"},
    {"he", DATE_WORD_MONTH,
     "בינואר בפברואר במרץ|במרס באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר"},
    {"he", DATE_WORD_MONTH,
     "לינואר לפברואר למרץ|למרס לאפריל למאי ליוני ליולי לאוגוסט לספטמבר לאוקטובר לנובמבר לדצמבר"},
    {"hi", DATE_WORD_MONTH,
     "जनवरी|जन फरवरी|फर मार्च अप्रैल मई जून जुलाई अगस्त|अग सितंबर|सितम्बर अक्टूबर|अक्तूबर "
     "नवंबर|नवम्बर दिसंबर|दिसम्बर"},
    {"mr", DATE_WORD_MONTH, "जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर"},
    {"ne", DATE_WORD_MONTH,
     "जनवरी|जनवरि फेब्रुअरी|फेब्रुवरी मार्च अप्रिल मे जुन जुलाई|जुलाइ अगस्ट|अगस्त "
     "सेप्टेम्बर|सेप्टेम्वर अक्टोबर|अक्टोवर नोभेम्बर|नोभेम्वर डिसेम्बर|डिसेम्वर"},
    {"bn", DATE_WORD_MONTH,
     "জানুয়ারি|জানুয়ারী|জানু ফেব্রুয়ারি|ফেব্রুয়ারী|ফেব মার্চ এপ্রিল মে জুন জুলাই আগস্ট|অগাস্ট|আগষ্ট "
     "সেপ্টেম্বর|সেপ্টে অক্টোবর|অক্টো নভেম্বর|নভে ডিসেম্বর|ডিসে"},
    {"as", DATE_WORD_MONTH,
     "জানুৱাৰী ফেব্ৰুৱাৰী মাৰ্চ এপ্ৰিল মে জুন জুলাই আগষ্ট ছেপ্টেম্বৰ|ছেপ্তেম্বৰ অক্টোবৰ নৱেম্বৰ ডিচেম্বৰ"},
    {"pa", DATE_WORD_MONTH, "ਜਨਵਰੀ ਫਰਵਰੀ ਮਾਰਚ ਅਪ੍ਰੈਲ ਮਈ ਜੂਨ ਜੁਲਾਈ ਅਗਸਤ ਸਤੰਬਰ ਅਕਤੂਬਰ ਨਵੰਬਰ ਦਸੰਬਰ"},
    {"gu", DATE_WORD_MONTH,
     "જાન્યુઆરી ફેબ્રુઆરી માર્ચ એપ્રિલ મે જૂન|જુન જુલાઈ|જુલાઇ ઑગસ્ટ|ઓગસ્ટ સપ્ટેમ્બર ઑક્ટોબર|ઓક્ટોબર "
     "નવેમ્બર ડિસેમ્બર"},
    {"or", DATE_WORD_MONTH,
     "ଜାନୁଆରୀ ଫେବୃଆରୀ|ଫେବୃୟାରୀ|ଫେବ୍ରୁଆରୀ ମାର୍ଚ୍ଚ ଅପ୍ରେଲ ମଇ ଜୁନ ଜୁଲାଇ ଅଗଷ୍ଟ ସେପ୍ଟେମ୍ବର ଅକ୍ଟୋବର ନଭେମ୍ବର "
     "ଡିସେମ୍ବର"},
    {"ta", DATE_WORD_MONTH,
     "ஜனவரி|ஜன பிப்ரவரி|பிப் மார்ச் ஏப்ரல்|ஏப் மே ஜூன் ஜூலை ஆகஸ்ட்|ஆகஸ்டு|ஆக செப்டம்பர்|செப்டெம்பர் "
     "அக்டோபர்|அக் நவம்பர் டிசம்பர்|டிச"},
    {"te", DATE_WORD_MONTH,
     "జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జులై|జూలై ఆగస్టు|ఆగస్ట్ సెప్టెంబర్|సెప్టెంబరు అక్టోబర్|అక్టోబరు "
     "నవంబర్|నవంబరు డిసెంబర్|డిసెంబరు"},
    {"kn", DATE_WORD_MONTH,
     "ಜನವರಿ ಫೆಬ್ರವರಿ|ಫೆಬ್ರುವರಿ ಮಾರ್ಚ್ ಏಪ್ರಿಲ್ ಮೇ ಜೂನ್ ಜುಲೈ ಆಗಸ್ಟ್ ಸೆಪ್ಟೆಂಬರ್ ಅಕ್ಟೋಬರ್ ನವೆಂಬರ್ ಡಿಸೆಂಬರ್"},
    {"ml", DATE_WORD_MONTH,
     "ജനുവരി ഫെബ്രുവരി "
     "മാർച്ച്|മാര്‍ച്ച് "
     "ഏപ്രിൽ|ഏപ്രില്‍ "
     "മേയ്|മെയ് "
     "ജൂൺ|ജൂണ്‍ "
     "ജൂലൈ|ജൂലായ് "
     "ഓഗസ്റ്റ്|ആഗസ്റ്റ് "
     "സെപ്റ്റംബർ|സെപ്റ്റംബര്‍|സെപ്തംബർ "
     "ഒക്ടോബർ|ഒക്ടോബര്‍ "
     "നവംബർ|നവംബര്‍ "
     "ഡിസംബർ|ഡിസംബര്‍"},
    {"si", DATE_WORD_MONTH,
     "ජනවාරි පෙබරවාරි මාර්තු අප්‍රේල් "
     "මැයි "
     "ජූනි "
     "ජූලි "
     "අගෝස්තු "
     "සැප්තැම්බර් "
     "ඔක්තෝබර් "
     "නොවැම්බර් "
     "දෙසැම්බර්"},
    {"th", DATE_WORD_MONTH,
     "มกราคม|มค กุมภาพันธ์|กพ มีนาคม|มีค เมษายน|เมย พฤษภาคม|พค มิถุนายน|มิย กรกฎาคม|กค สิงหาคม|สค "
     "กันยายน|กย ตุลาคม|ตค พฤศจิกายน|พย ธันวาคม|ธค"},
    {"th", DATE_WORD_MONTH,
     "เดือนมกราคม เดือนกุมภาพันธ์ เดือนมีนาคม เดือนเมษายน เดือนพฤษภาคม เดือนมิถุนายน เดือนกรกฎาคม เดือนสิงหาคม "
     "เดือนกันยายน เดือนตุลาคม เดือนพฤศจิกายน เดือนธันวาคม"},
    {"lo", DATE_WORD_MONTH,
     "ມັງກອນ|ມກ ກຸມພາ|ກພ ມີນາ|ມນ ເມສາ|ມສ ພຶດສະພາ|ພພ ມິຖຸນາ|ມິຖ ກໍລະກົດ|ກລ ສິງຫາ|ສຫ ກັນຍາ|ກຍ ຕຸລາ|ຕລ ພະຈິກ|ພຈ "
     "ທັນວາ|ທວ"},
    {"km", DATE_WORD_MONTH, "មករា កុម្ភៈ|កុម្ភះ|កុម្ភ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ"},
    {"my", DATE_WORD_MONTH, "ဇန်နဝါရီ ဖေဖော်ဝါရီ မတ် ဧပြီ မေ ဇွန် ဇူလိုင် သြဂုတ်|ဩဂုတ် စက်တင်ဘာ အောက်တိုဘာ နိုဝင်ဘာ ဒီဇင်ဘာ"},
    {"ka", DATE_WORD_MONTH,
     "იანვარ თებერვალ მარტ აპრილ მაის ივნის ივლის აგვისტო სექტემბერ|სექტემბრ ოქტომბერ|ოქტომბრ "
     "ნოემბერ|ნოემბრ დეკემბერ|დეკემბრ"},
    {"hy", DATE_WORD_MONTH,
     "հունվար|հնվ փետրվար|փտվ մարտ|մրտ ապրիլ մայիս|մյս հունիս|հնս հուլիս|հլս օգոստոս|օգս սեպտեմբեր "
     "հոկտեմբեր նոյեմբեր դեկտեմբեր"},
    {"am", DATE_WORD_MONTH,
     "ጃንዩወሪ|ጃንዋሪ|ጃኑዋሪ ፌብሩወሪ|ፌብሯሪ|ፌብሩዋሪ ማርች ኤፕሪል ሜይ ጁን ጁላይ ኦገስት|ኦገስ ሴፕቴምበር ኦክቶበር ኖቬምበር ዲሴምበር"},
    {"kk", DATE_WORD_MONTH,
     "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"},
    {"ky", DATE_WORD_MONTH,
     "январь февраль март апрель май|майы|майда июнь июль август сентябрь октябрь ноябрь декабрь"},
    {"tg", DATE_WORD_MONTH,
     "январ феврал март апрел май|майи июн|июни июл|июли август сентябр октябр ноябр декабр"},
    {"tt", DATE_WORD_MONTH,
     "гыйнвар феврал март апрел май июнь июль август сентябр октябр ноябр декабр"},
    {"mn", DATE_WORD_MONTH,
     "нэгдүгээр хоёрдугаар гуравдугаар дөрөвдүгээр тавдугаар зургадугаар|зургаадугаар долдугаар|"
     "долоодугаар наймдугаар есдүгээр аравдугаар арван_нэгдүгээр арван_хоёрдугаар"},
    {"az", DATE_WORD_MONTH,
     "yanvar fevral mart aprel may iyun|iyn iyul|iyl avqust sentyabr oktyabr noyabr dekabr"},
    {"uz", DATE_WORD_MONTH | DATE_WORD_RARE,
     "yanvar fevral mart aprel may iyun|iyn iyul|iyl avgust sentabr|sentyabr oktabr|oktyabr noyabr "
     "dekabr"},
    {"tk", DATE_WORD_MONTH | DATE_WORD_RARE,
     "ýanwar fewral mart aprel maý iýun iýul awgust sentýabr oktýabr noýabr dekabr"},
    {"id", DATE_WORD_MONTH,
     "januari februari|pebruari maret april mei juni juli agustus|agt september oktober|okt "
     "november|nopember desember"},
    {"ms", DATE_WORD_MONTH,
     "januari februari mac april mei jun julai ogos september oktober november disember"},
    {"tl", DATE_WORD_MONTH,
     "enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre"},
    {"fil", DATE_WORD_MONTH,
     "enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre"},
    {"vi", DATE_WORD_MONTH,
     "tháng_một|tháng_giêng tháng_hai tháng_ba tháng_tư tháng_năm tháng_sáu tháng_bảy tháng_tám "
     "tháng_chín tháng_mười tháng_mười_một tháng_mười_hai|tháng_chạp"},
    {"sw", DATE_WORD_MONTH | DATE_WORD_RARE,
     "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba"},
    {"af", DATE_WORD_MONTH | DATE_WORD_RARE,
     "januarie februarie maart april mei junie julie augustus september oktober november "
     "desember"},
    {"so", DATE_WORD_MONTH | DATE_WORD_RARE,
     "janaayo|jannaayo|jannaweri febraayo|feebraayo|febraweri maarso|maarij abriil|abril "
     "maajo|maayo "
     "juun|juunyo luuliyo|luulyo|lul ogost|agoosto sebtembar|sebteembar oktoobar nofembar|"
     "nofeembar|noofeembar disembar|diseembar"},
    {"ha", DATE_WORD_MONTH | DATE_WORD_RARE,
     "janairu faburairu|fabrairu maris afrilu|afirilu mayu yuni yuli agusta satumba oktoba "
     "nuwamba disamba"},
    {"zu", DATE_WORD_MONTH | DATE_WORD_RARE,
     "januwari februwari mashi ephreli|apreli meyi juni julayi agasti septhemba okthoba novemba "
     "disemba"},
    {"rw", DATE_WORD_MONTH | DATE_WORD_RARE,
     "mutarama gashyantare werurwe mata gicurasi kamena nyakanga kanama nzeli|nzeri ukwakira "
     "ugushyingo "
     "ukuboza"},
    {"ku", DATE_WORD_MONTH | DATE_WORD_RARE,
     "rêbendan reşemî adar avrêl gulan pûşper|hezîran tîrmeh tebax îlon cotmeh mijdar berfanbar"},
    {"gsw", DATE_WORD_MONTH | DATE_WORD_RARE,
     "januar februar märz april mai juni juli auguscht septämber oktoober novämber dezämber"},
    {"hsb", DATE_WORD_MONTH | DATE_WORD_RARE,
     "januar februar měrc|měrca apryl meje|meja junij julij awgust september|septembr "
     "oktober|oktobr nowember|nowembr december|decembr"},
    {"dsb", DATE_WORD_MONTH | DATE_WORD_RARE,
     "januar februar měrc|měrca apryl maja junij julij awgust september|septembr oktober|oktobr "
     "nowember|nowembr december|decembr"},
    {"fur", DATE_WORD_MONTH | DATE_WORD_RARE,
     "zenâr fevrâr març avrîl mai jugn lui avost setembar otubar novembar dicembar"},
    {"se", DATE_WORD_MONTH | DATE_WORD_RARE,
     "ođđajagemánnu|ođđajagemánu|ođđj guovvamánnu|guovvamánu njukčamánnu|njukčamánu "
     "cuoŋománnu|cuoŋománu miessemánnu|miessemánu geassemánnu|geassemánu suoidnemánnu|suoidnemánu "
     "borgemánnu|borgemánu čakčamánnu|čakčamánu golggotmánnu|golggotmánu skábmamánnu|skábmamánu "
     "juovlamánnu|juovlamánu"},
    {"kl", DATE_WORD_MONTH | DATE_WORD_RARE,
     "januaari februaari marsi apriili maaji juuni juuli aggusti septembari oktobari novembari "
     "decembari"},
    {"os", DATE_WORD_MONTH | DATE_WORD_RARE,
     "январы февралы мартъийы апрелы майы июны июлы августы сентябры октябры ноябры декабры"},
    {"sah", DATE_WORD_MONTH | DATE_WORD_RARE,
     "тохсунньу олунньу кулун_тутар муус_устар ыам_ыйын|ыам_ыйа бэс_ыйын|бэс_ыйа от_ыйын|от_ыйа "
     "атырдьых_ыйын|атырдьых_ыйа балаҕан_ыйын|балаҕан_ыйа алтынньы сэтинньи ахсынньы"},
    {"ug", DATE_WORD_MONTH | DATE_WORD_RARE,
     "يانۋار فېۋرال مارت ئاپرېل ماي ئىيۇن ئىيۇل ئاۋغۇست سېنتەبىر ئۆكتەبىر نويابىر دېكابىر"},
    {"ckb", DATE_WORD_MONTH | DATE_WORD_RARE,
     "کانوونی_دووەم|کانوونی_دووەمی شوبات ئازار نیسان ئایار حوزەیران تەمووز|تەممووز ئاب|ئابی "
     "ئەیلوول تشرینی_یەکەم|تشرینی_یەکەمی تشرینی_دووەم|تشرینی_دووەمی "
     "کانونی_یەکەم|کانوونی_یەکەم|کانونی_یەکەمی"},
    {"sd", DATE_WORD_MONTH | DATE_WORD_RARE,
     "جنوري فيبروري مارچ اپريل مئي جون جولاءِ آگسٽ سيپٽمبر آڪٽوبر نومبر ڊسمبر"},
    {"yi", DATE_WORD_MONTH | DATE_WORD_RARE,
     "יאַנואַר פֿעברואַר מערץ אַפּריל מיי יוני יולי אויגוסט סעפּטעמבער אקטאבער נאוועמבער דעצעמבער"},
    {"kok", DATE_WORD_MONTH | DATE_WORD_RARE,
     "जानेवारी फेब्रुवारी मार्च एप्रील मे जून जुलय ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर"},
    {"ti", DATE_WORD_MONTH | DATE_WORD_RARE,
     "ጥሪ ለካቲት መጋቢት ሚያዝያ ግንቦት|ጉንበት ሰነ ሓምለ ነሓሰ መስከረም ጥቅምቲ ሕዳር ታሕሳስ"},
    {"om", DATE_WORD_MONTH | DATE_WORD_RARE,
     "amajjii guraandhala bitootessa|bitooteessa eebila|ebla caamsaa waxabajjii "
     "adoolessa|adooleessa "
     "hagayya fulbaana onkoloolessa|onkololeessa sadaasa mudde"},
    {"yo", DATE_WORD_MONTH | DATE_WORD_RARE,
     "oṣù_ṣẹ́rẹ́|ṣẹ́rẹ́ oṣù_èrèlè|èrèlè oṣù_ẹrẹ̀nà|ẹrẹ̀nà oṣù_ìgbé oṣù_ẹ̀bibi|ẹ̀bibi oṣù_òkúdu|òkúdu "
     "oṣù_agẹmọ|agẹmọ "
     "oṣù_ògún oṣù_owewe|owewe oṣù_ọ̀wàrà|ọ̀wàrà oṣù_bélú|bélú oṣù_ọ̀pẹ̀"},
    {"ig", DATE_WORD_MONTH | DATE_WORD_RARE,
     "jenụwarị|jen febrụwarị maachị epreel mee juun julaị ọgọọst septemba ọktoba novemba disemba"},
    {"mg", DATE_WORD_MONTH | DATE_WORD_RARE,
     "janoary|jan febroary martsa aprily may jona jolay aogositra septambra oktobra novambra "
     "desambra"},
    {"sn", DATE_WORD_MONTH | DATE_WORD_RARE,
     "ndira kukadzi kurume kubvumbi chivabvu chikumi chikunguru nyamavhuvhu gunyana gumiguru "
     "mbudzi "
     "zvita"},
    {"lg", DATE_WORD_MONTH | DATE_WORD_RARE,
     "janwaliyo febwaliyo marisi apuli maayi juuni julaayi agusito sebuttemba okitobba novemba "
     "desemba"},
    {"wo", DATE_WORD_MONTH | DATE_WORD_RARE,
     "samwiyee fewriyee mars awril mee suwe sulet utte sàttumbar oktoobar nowàmbar desàmbar"},
    {"kab", DATE_WORD_MONTH | DATE_WORD_RARE,
     "yennayer fuṛar meɣres yebrir mayyu yunyu yulyu ɣuct ctembeṛ tubeṛ nunembeṛ duǧembeṛ"},
    {"haw", DATE_WORD_MONTH | DATE_WORD_RARE,
     "ianuali pepeluali malaki apelila mei iune iulai aukake kepakemapa okakopa nowemapa kekemapa"},
    {"", DATE_WORD_JALALI_MONTH,
     "فروردین|حمل اردیبهشت|ثور خرداد|جوزا تیر|سرطان مرداد|اسد شهریور|سنبله مهر|میزان آبان|عقرب "
     "آذر|قوس دی|جدی بهمن|دلو اسفند|حوت"},

    {"", DATE_WORD_FILLER,
     "de|del|of|the|den|der|am|vom|um|du|le|la|el|al|di|il|do|da|dos|em|en|on|at|à|o|os|op|van|het|"
     "d|a|à|las|los|les|els|per|na|u|v|ve|dne|dnia|godz|kl|klo|klokken|ob|uhr|lúc|vào|ngày|năm|"
     "în|la|ora|ore|orele|az|gada|gads|metų|m|j|g|god|godine|godina|roku|rok|r|р|г|год|года|рік|"
     "року|году|в|у|о|а|на|от|ч|година|годину|роки|წელი|წ|წლის|թ|жылы|жыл|жылғы|жылдын|жылкы|"
     "жылның|ж|ел|елның|соли|йил|йилги|yil|yilgi|ил|oni|il|jaar|"
     "оны|оноос|сарын|өдөр|সাল|সালে|को|का|की|ई|साल|วันที่|พศ|คศ|เวลา|เมื่อ|พุทธศักราช|"
     "dhen|tarihinde|günü|saat|στις|την|του|ο|η|من|في|عام|سنة|ال|بتاريخ|يوم|ميلادي|ب|در|سال|ماه|"
     "روز|"
     "ساعت|مورخ|ء|בשעה|ה|של|ב|t|z|st|nd|rd|th|er|ème|e|ta|e|eko|ko|an|aren|noon|and|et|und|i"},
    {"en", DATE_WORD_WEEKDAY,
     "monday|mon tuesday|tue|tues wednesday|wed|weds thursday|thu|thur|thurs friday|fri "
     "saturday|sat sunday|sun"},
    {"de", DATE_WORD_WEEKDAY,
     "montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag"},
    {"fr", DATE_WORD_WEEKDAY, "lundi mardi mercredi jeudi vendredi samedi dimanche"},
    {"es", DATE_WORD_WEEKDAY, "lunes martes miércoles jueves viernes sábado domingo"},
    {"pt", DATE_WORD_WEEKDAY, "segunda terça quarta quinta sexta|feira sábado domingo"},
    {"it", DATE_WORD_WEEKDAY, "lunedì martedì mercoledì giovedì venerdì sabato domenica"},
    {"ru", DATE_WORD_WEEKDAY, "понедельник вторник среда четверг пятница суббота воскресенье"},
    {"tr", DATE_WORD_WEEKDAY, "pazartesi salı çarşamba perşembe cuma cumartesi pazar"},
    {"nl", DATE_WORD_WEEKDAY, "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"},
    {"pl", DATE_WORD_WEEKDAY, "poniedziałek wtorek środa czwartek piątek sobota niedziela"},
    {"", DATE_WORD_HALF,
     "am|ante_meridiem|午前|上午|早上|凌晨|清晨|早|오전|पूर्वाह्न|sáng|ص|πμ|صباحا|öö|rano|dop|ip_aamu|"
     "পূর্বাহ্ণ|সকাল|காலை|ก่อนเที่ยง|paradite|pagi|öğleden_önce|ap "
     "pm|post_meridiem|午後|下午|晚上|晚|傍晚|中午|오후|अपराह्न|chiều|tối|م|μμ|مساء|ip|odp|"
     "অপরাহ্ণ|বিকাল|রাত|மாலை|หลังเที่ยง|pasdite|petang|malam|öğleden_sonra"},
    {"", DATE_WORD_HOUR_BEFORE,
     "kl|klo|klokken|klukkan|ore|ora|alle|godz|um|pukul|jam|saat|ob|alle_ore"},
    {"", DATE_WORD_HOUR, "uur|h|hs|hrs|uhr|時|时|點|点|시|giờ|ч|น|ώρα"},
    {"", DATE_WORD_MINUTE, "m|min|分|분|phút"},
    {"", DATE_WORD_YEAR_BEHIND, "年|년|년도"},
    {"", DATE_WORD_MONTH_BEHIND, "月|월|сар|сарын"},
    {"", DATE_WORD_DAY_BEHIND, "日|号|號|일|일자"},
    {"", DATE_WORD_MONTH_BEFORE, "tháng|เดือน|thg|th"},
    {"", DATE_WORD_ERA, "令和|reiwa 平成|heisei 昭和 民國|民国|中華民國|中华民国"},

    {"en", DATE_WORD_UNIT,
     "second|sec|secs|s minute|min|mins|m hour|hr|hrs|h day|days|d week|wk|wks|w "
     "month|mth|mths|mo|mos year|yr|yrs|y"},
    {"de", DATE_WORD_UNIT,
     "sekunde|sek minute|min stunde|std tag|tage|tagen woche monat jahr|jahre|jahren"},
    {"fr", DATE_WORD_UNIT, "seconde minute heure jour|j semaine mois an|ans|année"},
    {"es", DATE_WORD_UNIT, "segundo|seg minuto hora día|dias semana mes|meses año|años"},
    {"pt", DATE_WORD_UNIT, "segundo minuto hora dia|dias semana mês|meses ano|anos"},
    {"it", DATE_WORD_UNIT, "second minut ora|ore giorno|giorni|gg settiman mese|mesi anno|anni"},
    {"ru", DATE_WORD_UNIT,
     "секунд|сек минут|мин час|часа|часов день|дня|дней|дн недел месяц|мес год|года|лет"},
    {"tr", DATE_WORD_UNIT, "saniye|sn dakika|dk saat gün|günü hafta ay yıl|sene"},
    {"nl", DATE_WORD_UNIT,
     "second minuut|minuten uur|uren|uurtje dag|dagen week|weken maand jaar|jaren"},
    {"pl", DATE_WORD_UNIT,
     "sekund minut|min godzin|godz dzień|dni|dnia tydzień|tygodni miesiąc|miesięc rok|lat|lata"},
    {"cs", DATE_WORD_UNIT,
     "sekund|vteřin minut hodin den|dny|dní|dnem týden|týdn měsíc rok|roky|lety|let|rokem"},
    {"sk", DATE_WORD_UNIT,
     "sekund minút hodin deň|dni|dňami|dňom týždeň|týždň mesiac rok|rokmi|rokom"},
    {"hu", DATE_WORD_UNIT,
     "másodperc perc|perccel órá|óra nap|nappal|napja hét|héttel|hete hónap év|éve|évvel"},
    {"ro", DATE_WORD_UNIT, "secund minut oră|ore|ora zi|zile săptămân lună|luni|luna an|ani"},
    {"sv", DATE_WORD_UNIT, "sekund minut|min timm|tim|timma dag|dagar|dygn veck månad år"},
    {"da", DATE_WORD_UNIT, "sekund minut|min time|timer dag|dage|døgn uge|uger måned år"},
    {"nb", DATE_WORD_UNIT, "sekund minutt|min time|timer dag|dager|døgn uke|uker måned år"},
    {"fi", DATE_WORD_UNIT,
     "sekunt minuut tunti|tuntia|tunnin päivä viikko|viikkoa|viikon kuukausi|kuukautta|kuukauden "
     "vuosi|vuotta|vuoden"},
    {"el", DATE_WORD_UNIT,
     "δευτερόλεπτ λεπτά|λεπτό|λεπτών ώρα|ώρες|ωρών ημέρα|ημέρες|ημερών|μέρα|μέρες εβδομάδ "
     "μήνα|μήνες|μηνών χρόνο|χρόνια|έτος|έτη"},
    {"uk", DATE_WORD_UNIT,
     "секунд хвилин|хв годин|год день|дні|днів|дня тиждень|тижн місяц рік|роки|років|року"},
    {"be", DATE_WORD_UNIT, "секунд хвілін гадзін дзень|дні|дзён тыдзень|тыдн месяц год|гады|гадоў"},
    {"bg", DATE_WORD_UNIT, "секунд минут час|часа ден|дни|дена седмиц месец годин"},
    {"sr", DATE_WORD_UNIT,
     "секунд минут|мин сат|сата|сати дан|дана недељ|седмиц месец|месеци годин"},
    {"hr", DATE_WORD_UNIT,
     "sekund minut|min sat|sata|sati dan|dana tjedan|tjedna|tjedni|sedmic|nedelj mjesec|mesec "
     "godin"},
    {"sl", DATE_WORD_UNIT,
     "sekund minut ur|uro|ure|urami dan|dnevi|dnem|dni teden|tedn mesec leto|leti|let"},
    {"lt", DATE_WORD_UNIT, "sekund minut|min valand|val dien savait mėnes met"},
    {"lv", DATE_WORD_UNIT, "sekund minū stund dien nedēļ mēne gad"},
    {"et", DATE_WORD_UNIT, "sekund minut tund|tunni päev nädal kuu|kuud aasta"},
    {"ca", DATE_WORD_UNIT, "segon minut hora|hores dia|dies setman mes|mesos any|anys"},
    {"ar", DATE_WORD_UNIT,
     "ثانية|ثوان|ثواني دقيقة|دقائق|دقيقتين|دقيقه ساعة|ساعات|ساعتين يوم|أيام|يوما|يومين "
     "أسبوع|أسابيع|أسبوعين شهر|أشهر|شهور|شهرين سنة|سنوات|عام|أعوام|سنتين|عامين"},
    {"fa", DATE_WORD_UNIT, "ثانیه دقیقه ساعت روز هفته ماه سال"},
    {"he", DATE_WORD_UNIT,
     "שנייה|שניות דקה|דקות שעה|שעות|שעתיים יום|ימים|יומיים שבוע|שבועות חודש|חודשים שנה|שנים"},
    {"hi", DATE_WORD_UNIT,
     "सेकंड|सेकेंड|सेकण्ड मिनट घंटा|घंटे|घंटों|घण्टे दिन|दिनों सप्ताह|हफ्ते|हफ्ता महीना|महीने|माह साल|वर्ष"},
    {"bn", DATE_WORD_UNIT, "সেকেন্ড মিনিট ঘণ্টা|ঘন্টা দিন সপ্তাহ মাস বছর"},
    {"th", DATE_WORD_UNIT, "วินาที นาที ชั่วโมง|ชม วัน สัปดาห์|อาทิตย์ เดือน ปี"},
    {"vi", DATE_WORD_UNIT, "giây phút giờ|tiếng ngày tuần tháng năm"},
    {"id", DATE_WORD_UNIT, "detik menit|minit jam hari minggu|pekan bulan tahun"},
    {"ko", DATE_WORD_UNIT,
     "초|초전 분|분전 시간|시간전 일|일전 주|주전|주일 개월|개월전|달|달전 년|년전"},
    {"ja", DATE_WORD_UNIT,
     "秒|秒钟|秒鐘 分|分钟|分鐘 時間|小时|小時|时间 日|天 週間|週|周|星期 "
     "ヶ月|か月|カ月|个月|個月|ケ月|月 年"},
    {"", DATE_WORD_AGO,
     "ago|earlier|vor|her|il_y_a|hace|há|atrás|fa|geleden|sedan|siden|sitten|temu|před|pred|назад|"
     "тому|"
     "преди|пре|prije|pre|acum|urmă|ezelőtt|óta|πριν|önce|evvel|منذ|قبل|پیش|לפני|पहले|पूर्व|আগে|পূর্বে|"
     "ที่แล้ว|ที่ผ่านมา|ก่อน|trước|lalu|yang_lalu|前|以前|之前|전|初전|초전|분전|시간전|일전|주전|개월전|"
     "달전|"
     "년전|prieš|pirms|tagasi|iliyopita|зураг|өмнө|бұрын|მდე|წინ|մոտ|առաջ"},
    {"", DATE_WORD_DAY,
     "today|heute|aujourd|hoy|hoje|oggi|vandaag|idag|i_dag|tänään|dzisiaj|dziś|dnes|"
     "dneska|сегодня|сьогодні|сёння|днес|данас|danas|azi|astăzi|σήμερα|bugün|اليوم|امروز|היום|आज|"
     "আজ|วันนี้|hôm_nay|hari_ini|今日|今天|오늘|avui|danes|šiandien|šodien|täna|ngayon|leo|vandag "
     "yesterday|gestern|hier|ayer|ontem|ieri|gisteren|igår|i_går|eilen|wczoraj|včera|вчера|вчора|"
     "учора|јуче|jučer|juče|tegnap|χθες|χτες|εχθές|dün|أمس|امس|دیروز|אתמול|कल|গতকাল|เมื่อวาน|"
     "เมื่อวานนี้|hôm_qua|kemarin|semalam|昨日|昨天|어제|ahir|včeraj|vakar|eile|kahapon|jana|gister "
     "vorgestern|anteayer|antier|anteontem|eergisteren|przedwczoraj|позавчера|"
     "позавчора|předevčírem|prekjučer|前天|一昨日|그저께|toissapäivänä|"
     "προχθές|evvelsi_gün|پریروز|שלשום "
     "now|just_now|gerade_eben|soeben|maintenant|ahora|agora|adesso|zojuist|только_что|щойно|"
     "刚刚|剛剛|刚才|たった今|방금|az_önce|şimdi|الآن|اکنون|עכשיו|अभी|baru_saja|vừa_xong"},
    {"", DATE_WORD_NUMBER,
     "a|an|one|ein|eine|einer|einem|einen|un|une|una|um|uma|uno|en|ett|et|één|een|jeden|jednu|"
     "jedną|один|одну|bir|egy|o|um|yksi|uma|một|se|едно|един|една|едан|jedan|ένα|μία|μια "
     "two|zwei|deux|dos|dois|duas|due|twee|два|две|дві iki|three|drei|trois|tres|três|tre|drie|три "
     "four|vier|quatre|cuatro|quatro|quattro|четыре five|fünf|cinq|cinco|cinque|vijf|пять "
     "six|sechs|seis|sei|zes|шесть seven|sieben|sept|siete|sete|sette|zeven "
     "eight|acht|huit|ocho|oito|"
     "otto nine|neun|neuf|nueve|nove|negen ten|zehn|dix|diez|dez|dieci|tien eleven|elf|onze|once|"
     "undici twelve|zwölf|douze|doce|doze|dodici|twaalf"},
};
const size_t date_word_rows_count = COUNT(date_word_rows);
