#include "extract/language_words.h"

#include "base/alloc.h"

const struct language_words language_words[] = {
    {"en", "the of and to in is that for it was on with as are be this by at from have has had not "
           "but they his her their an or which who will would been were said more about when than "
           "its also after into out up what there can all one he she we you i my your our if so no "
           "do how new over could just like other some"},
    {"de",
     "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es "
     "an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so "
     "zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei kann gegen vom "
     "schon wenn habe ihre ich wir ihr mein dann unter diese dieser keine"},
    {"fr",
     "de la le et les des en un une du que est dans qui pour au par sur pas plus ne se ce il "
     "sont avec son a cette ou mais nous ont sa aux comme été elle d l qu n s c ses leur être "
     "fait vous je tout on ils après très même deux dont sans entre aussi leurs était cela"},
    {"es",
     "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus "
     "le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy "
     "años hasta desde está mi porque qué sólo han yo hay vez puede todos así nos ni parte tiene "
     "donde durante según contra"},
    {"pt",
     "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele "
     "das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela "
     "entre era depois sem mesmo aos ter seus quem nas me esse eles estão você tinha foram essa "
     "num nem suas meu às minha têm numa pelos são disse anos sobre"},
    {"it",
     "di e il la che in un a per è una sono con non si da del le dei della al i come più ma gli "
     "alla nel anche ha lo delle questo se o ai su dal nella loro stato ci essere suo sua hanno "
     "dalla questa era all dell ed cui dopo degli tra già tutti fatto molto due anni sul quando "
     "perché così ancora fra prima solo sulla senza"},
    {"nl",
     "de van het een en in is dat op te zijn met voor niet die aan er om als ook dan maar bij uit "
     "nog worden door naar heeft tot ze wordt over ik hij zich deze hebben kan was wel dit meer "
     "of geen werd veel je we al had zo moet waar haar wat na tegen onder kunnen hun jaar omdat "
     "heb hoe tussen zou ons mijn"},
    {"da",
     "og i at det er en til af på den for de med der ikke som har et var om han jeg men så vi hun "
     "fra kan vil sig blev blive nu over skal efter også ud hvor når være hvad ved eller mere "
     "op havde hans da sin mange end skulle siger denne noget have meget bliver mod selv under "
     "mellem nogle år disse kun alle før uden"},
    {"no",
     "og i det er på som en til for av at har med de ikke den han om et var jeg men seg så vi fra "
     "kan hun hadde skal vil ble ved bli være etter også eller når blir opp over mot hva ut noe "
     "dette må bare nå meg deg sier sin hvor selv mange mer år mellom noen før her ha kunne alle "
     "under slik hans helt"},
    {"sv",
     "och i att det som en på är av för med den till inte har de om ett han men var jag sig från "
     "vi "
     "så kan när år under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara "
     "hade alla andra mycket än här då sedan över bara in blir upp även vad få två vill ha många "
     "hur mer detta någon säger hon man utan mellan"},
    {"fi",
     "ja on ei että se oli hän mutta ovat kun myös joka niin kuin tai mukaan sen jo vain ole jos "
     "ollut olla kanssa vuoden nyt hänen mitä tämä voi sekä sitä siitä ne sillä jotka noin ennen "
     "jälkeen hyvin minä olen joka vielä sanoo vuonna viime tästä"},
    {"is",
     "og að í á er sem það um við með til en ekki hann var fyrir af frá þá hún eru því þetta segir "
     "eftir hafa hefur þess verið sér voru upp verður svo ég yfir þeir eða þegar vera hans þau nú "
     "úr einnig þar mun einn út hjá þessi ef sé hafi vegna eins öllum"},
    {"et",
     "ja on ei et see oli aga kui ka oma nii mis siis ta kes ning või ma pole ole mille seda välja "
     "eesti selle veel juba olid olla nagu kuid pärast aasta nende üle saab tema kuni enne vaid "
     "ütles sest meie oleks tuleb kõik mida"},
    {"lv",
     "un ir ar no uz par kas ka tas nav lai arī kā bet pēc vai gada līdz tiek bija pie var to šo "
     "jau tā viņš kuri ko ja gan būs vairāk savu tikai latvijas tika kurā tam pret kad visi ļoti "
     "vēl viņa gadā"},
    {"lt",
     "ir kad į iš tai su kaip bet yra ar dėl apie jis jau tik nuo tačiau po buvo bus už buvo kas "
     "ne jo taip pat savo iki labai kur gali metų dar per prie būti kurie daugiau nėra jei "
     "lietuvos "
     "kai jų šiuo prieš sako"},
    {"pl",
     "w i z na się nie do że to jest o jak po od za co dla przez ale tak już ma przy są tego czy "
     "może które był było tylko jego jej oraz który ich być bardzo ze która roku tym także można "
     "jeszcze pod będzie była nad jako więc po gdy"},
    {"cs",
     "a v se na je že to s z do o i jako k pro za ve jsem si tak po které ale by od jeho který "
     "jsou "
     "byl aby která když jak už bylo nebo ne podle není jeho jen před ze může více také při roce "
     "má byla během mezi bude proto své protože"},
    {"sk",
     "a v sa na je že to s z do o i ako k pre za vo som si tak po ktoré ale by od jeho ktorý sú "
     "bol "
     "aby ktorá keď už bolo alebo nie podľa nie len pred zo môže viac tiež pri roku má bola počas "
     "medzi bude preto svoje pretože ktorí však"},
    {"sl",
     "in je v na za se da so z ki pa ne po tudi kot pri ali od bi bil iz bo kar še že bilo bila le "
     "lahko zaradi ter ob do o kako svoje med jih več tako samo ko vse smo pred leta leto bili "
     "njegov sta"},
    {"hr",
     "i je u na se da su za od s a o ne kao što će koji sve ili do iz koja bi ali kako sam bio to "
     "koje nije samo već više prema nakon između godine jer može te ga ima bila bilo također tako "
     "ovo tijekom gdje prije ih"},
    {"hu",
     "a az és hogy nem is egy de meg ez volt csak már ha még el mint azt vagy ki kell van akkor "
     "után szerint ezt minden lehet sem között most nagyon pedig így több lesz aki ami által "
     "magyar alatt mert amely azonban lett olyan"},
    {"ro",
     "și de în la a cu pe o că nu din care pentru este un au fi se mai ce sunt sa prin dar către "
     "fost dacă după sau până fără acest ale să unei al său fost lui este doar când foarte lor "
     "această acum fie unde toate si"},
    {"tr",
     "ve bir bu da de için ile çok olarak daha olan gibi en sonra kadar ne var ise o ki değil her "
     "ama göre yeni olduğu ya türkiye oldu yüzde karşı büyük iki ben ancak eden tarafından şey "
     "önce diye dedi veya olduğunu edildi konusunda bunu açıklama"},
    {"az",
     "və bu bir ilə üçün də da ki olan edib daha onun hər çox isə deyib görə sonra kimi azərbaycan "
     "olub o qeyd tərəfindən artıq edilib həmin ölkə müxtəlif haqqında ya kimi ancaq bildirib"},
    {"sq",
     "të e në për me që nga një dhe është i se më do ka në si ky kjo u duhet kanë por janë ishte "
     "nuk mund pas tij këtë vetëm edhe ose shumë nëse prej kur ai deri saj"},
    {"eu",
     "eta da ez bat du dute dira izan zen bere den ere baina egin zuen hori edo dela duen dituen "
     "beste euskal urte gehiago oso orain arte bezala"},
    {"ca",
     "de la i que el en a els les per un una amb és no del al més com es ha seva aquest són va "
     "dels "
     "ser aquesta però també seu ja hi han sobre quan fins perquè molt fer on ho entre després "
     "sense anys segons"},
    {"gl",
     "de a que o e do da en un para con non unha os no se na por máis as dos como é ao pola polo "
     "das son foi ten tamén seu súa ou ser moi nos xa está pero este esta entre cando desde ata"},
    {"cy",
     "y yn a i o ar ei yr am mae gan eu ac fod wedi bod hyn sydd ond er wrth ddim oedd hefyd mewn "
     "fel rhai cael dweud gyfer nad roedd fydd"},
    {"ga",
     "an na agus i a ar go is ag le tá sé do bhí ní leis ach de mar atá sin seo siad ó den raibh "
     "dóibh bhfuil nach sí chun faoi"},
    {"af",
     "die en van in is het dat nie te vir op met om sy was hy aan wat ook as word deur kan ons na "
     "hulle sal maar tot sê uit meer by of een ek jy wees toe se daar was moet haar"},
    {"sw",
     "na ya wa kwa katika ni za la kuwa hiyo cha amesema alisema huo hilo wakati huku pia baada "
     "kama ambao watu yake mwaka hii serikali lakini kutoka sasa kwamba vya hao hivyo kufanya moja "
     "siku mkuu nchi wake ambaye zaidi"},
    {"zu",
     "ukuthi futhi kodwa uma noma ngoba kanye lapho manje kakhulu phezu lokhu ukuze kanti yakhe "
     "bakhe lakhe abantu ngesikhathi ngemuva kusho uthe ngo nge emva nokuthi khona ngokusho ukuba "
     "owesifazane umuntu ngenxa lo le la usho bathi phakathi amaphoyisa ekutheni njengoba "
     "sekuyisikhathi "
     "ebusuku namuhla kumele kwaphela wathi uthi kuthiwa uku* nga* nge* ngo* kwa* aba* ama* izi* "
     "isi* umu* ubu* kub* eku* nok* oku* kul* nem* nez* nam* ngokw* esik* lapho sek* okw* kwez* "
     "yez* emph*"},
    {"xh",
     "ukuba kwaye okanye kuba ngokuba xa yaye apha kunye ukuze oku nto abantu emva kodwa phakathi "
     "uthi umntu ngoku kwakhona nangona ngenxa ngexesha njengoko ukusuka yakhe wakhe lo le la kwi "
     "uthe ngaphandle bathi zonke bonke malunga into utsho ingaba ngokutsho sele nje xesha "
     "iminyaka "
     "kananjalo ngelixa mzantsi afrika eli esi kufuneka kumele uku* nga* nge* ngo* kwa* aba* ama* "
     "izi* isi* umu* ubu* kub* eku* nok* oku* kul* nem* nez* nam* ii* oo* kwii* neen* noku* yii* "
     "wee* nee* zii* rhu* uru*"},
    {"st", "le ho ea ke ba e ka hore ha o tse se ya bane moo hae empa kapa hape batho ne ba re le "
           "bona eo mo hore tla etsa tsa leha"},
    {"so",
     "iyo ee oo in ka ku la waa uu ay soo u loo ayaa kale waxa ah si waxaa lagu kuu kan taas laga "
     "inuu sheegay dalka wuxuu inay markii kaas badan"},
    {"ha",
     "da a ta na ya ne ce wa an ba ga su yi kuma cikin domin wannan sai daga amma kan sun wani zai "
     "kasar kamar shi bayan yana wadanda ake"},
    {"yo", "ni ti o si awon naa fun pe lati ati je wa kan bi ninu yii won àwọn tí ní sí náà pé "
           "láti ó fún "
           "àti jẹ́ kò"},
    {"id",
     "yang dan di untuk dengan pada ini dari dalam tidak akan itu juga ke oleh adalah tersebut "
     "bisa "
     "karena saat lebih sebagai telah kata menjadi atau bahwa ada hingga mereka para tahun ia "
     "kami dapat saya sudah masih sangat tak secara namun setelah seperti"},
    {"ms",
     "yang dan di untuk dengan pada ini dari dalam tidak akan itu juga ke oleh adalah boleh kerana "
     "ketika lebih sebagai telah berkata menjadi atau bahawa ada sehingga mereka para tahun beliau "
     "kita dapat saya sudah masih ialah kepada daripada bagi turut antara serta"},
    {"tl",
     "ang ng sa na mga ay at para ito ni si kay isang hindi may kung siya nang din rin ko niya pa "
     "lang kanyang mula dahil pero ayon nila mo ako naman sila natin po"},
    {"vi",
     "và của là có trong cho được với không các này một những người đã khi từ về đến để ở tại "
     "nhiều "
     "năm ra trên sau vào đó cũng theo phải làm nhưng còn ngày như nên hơn đang việc rằng bị"},
    {"mt",
     "li u l il ta fil għal ma minn din dan hu kien biex aktar jew kienet hija tal mill dwar wara "
     "qal kif jekk dawn mal bil"},
    {"lb",
     "an de d déi mat vun den och et ass zu fir am datt net en op sinn dat awer huet si méi wéi "
     "hunn bei no eng gëtt dem eis"},
    {"fy",
     "de en fan it yn is dat in te op mei foar net oan ek wie hy as by der troch mar nei wurdt út "
     "har oer hie syn"},
    {"eo", "la kaj de en estas al ke por ne kun pri oni sed ankaŭ tiu mi li ĝi kiu el per aŭ ĉi "
           "post estis"},
    {"mg",
     "ny sy dia tsy ho ary fa tamin izay no izany ka ao mba amin ireo koa aza eo na noho ity"},
    {"rw",
     "mu ku na ni kandi muri ko bya yo cyangwa nk ari avuga kuri uyu iyi aho ubwo bamwe cyane"},
    {"ht", "nan yo la ki pou li te ak pa sou se an gen yon nou ap fè tout moun kap men peyi"},
    {"ru",
     "и в не на что с по как это за из у к о а от для он но его было так же мы все я при до были "
     "она бы их после который чтобы или также если уже может только ещё еще был этом есть года "
     "том под более время лет которые будет себя"},
    {"uk",
     "і в на що не з у до та як за це про від із для але було його він й який які також під після "
     "так коли вже може бути має вони щоб або цього року бо лише більше є був їх час ще того "
     "через з під якщо ми який"},
    {"be",
     "і ў на што не з у да як гэта за а для ад яго ён але быў так таксама калі ужо можа якія які "
     "пра ці каб яны было гэтага бы пасля я мы ня гэты толькі ёсць"},
    {"bg",
     "на и да в за от се не че е с са по като до това ще как но или при има който си след бе ли "
     "беше което само още много през те го само години може които му към един"},
    {"sr",
     "и је у на да се за су од са не који што као из али до би како ће то или сам код само био "
     "није више после још према него због које већ година"},
    {"mk", "на и во да се од за е со не што ќе со како по но или има ја тоа ги кои го сите само "
           "беше која "
           "меѓу дека исто овој"},
    {"kk", "және мен бұл үшін деп де да бар бір осы екен болып ол жоқ туралы еді сол бойынша кейін "
           "қазақстан "
           "деген болды арқылы керек"},
    {"ky", "жана менен бул үчүн деп бир болгон ал боюнча кыргыз эле ошол кийин жок бар тууралуу "
           "болуп да"},
    {"mn",
     "нь байна энэ юм ба бол байгаа гэж хийх болон тус монгол улсын дээр болно гэсэн ч бас үед"},
    {"tg",
     "ва дар ба аз ки ин бо барои он шуд буд аст тоҷикистон мекунад кард шудааст ҳам низ онҳо"},
};

const size_t language_words_count = COUNT(language_words);
