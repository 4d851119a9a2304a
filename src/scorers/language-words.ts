/** The most common words of languages in Latin script, and the letters that few others have. */
export interface LanguageWords {
  readonly words: ReadonlySet<string>;
  /** Letters that speak for the language. */
  readonly letters: string;
}

function language(words: string, letters = ""): LanguageWords {
  return { words: new Set(words.split(" ")), letters };
}

/** By ISO 639-1 code. Function words only: names and loan words say nothing about a language. */
export const LATIN_LANGUAGES: ReadonlyMap<string, LanguageWords> = new Map([
  [
    "en",
    language(
      "the and of to in is that it was for on are as with his they at be this from have or by one had not but what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see no way could people my than first been who its now find long down did get come made may part you he a i our should i'm it's don't you're",
    ),
  ],
  [
    "de",
    language(
      "der die das und ist in den von zu mit sich des auf für nicht ein eine dem es im als auch an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde wenn können ich wir ihr mich mir dich unser unsere kann sehr schon diese dieser dieses sollen keine kein alle gut heute",
      "ßäöü",
    ),
  ],
  [
    "fr",
    language(
      "le la les de des et est un une du en que qui dans pour pas au sur ne se ce il elle sont par plus avec son sa ses ou mais comme on nous vous ils elles leur cette ces aux fait été être avoir tout tous même aussi bien sans peut où très je tu mon ma mes notre votre donc entre après c'est j'ai d'un d'une n'est qu'il il-y",
      "œçèêàùûîôë",
    ),
  ],
  [
    "es",
    language(
      "el la los las de y en que es un una se del por con no para su al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros ese eso ante ellos e esto mí antes algunos qué unos yo otro otras está son fue ser tiene han era puede nuestro",
      "ñ¿¡",
    ),
  ],
  [
    "it",
    language(
      "il lo la i gli le di e che è un una uno in del della dei delle nel nella non per con si da al alla come ma più anche sono ha o se questo questa quando tutto molto suo sua loro noi voi io mi ti ci essere stato tra fra così perché dove chi cui hanno era dal dalla degli sul sulla ogni nostro mio tuo solo ancora",
      "ìò",
    ),
  ],
  [
    "pt",
    language(
      "o os as de e em que é um uma do da dos das no na nos nas para com não por se mais como mas foi ao ele ela seu sua ou quando muito já eu também só pelo pela até isso entre depois sem mesmo aos seus quem me esse eles você essa num nem suas meu às minha têm são está foram ser tem à pode todos nós",
      "ãõ",
    ),
  ],
  [
    "nl",
    language(
      "de het een en van is in dat op te zijn met voor niet aan er om ook als dan maar bij nog door of uit naar heeft worden wordt ik je hij ze we wij zij deze dit die over meer was kan geen had hebben tot na wat alle moet zo omdat onze mijn jouw haar hun wel veel",
    ),
  ],
  [
    "sv",
    language(
      "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när eller nu hon under mot alla också efter vid skall ska där deras denna detta mycket sin bli blir utan än mer vara hade du oss vår",
      "åäö",
    ),
  ],
  [
    "da",
    language(
      "og i at det en den til er som på de med han af for ikke der var mig sig men et har om vi min havde ham hun nu over da fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev kunne ind når være dog noget ville jo deres efter ned skulle denne end dette mit også under have dig",
      "æøå",
    ),
  ],
  [
    "no",
    language(
      "og i jeg det at en et den til er som på de med han av for ikke der så var meg seg men har om vi min hadde hun nå over da ved fra du ut sin dem oss opp man kan hans hvor eller hva skal selv her alle vil ble kunne inn når være noe ville deres etter ned skulle denne enn dette også deg mer bare",
      "æøå",
    ),
  ],
  [
    "fi",
    language(
      "ja on ei se että hän oli mutta ovat kun tai niin myös kuin jos joka mitä olla minä sinä me te he ole olen vain sen sitä hänen tämä tässä nyt jo kaikki voi ollut kanssa mukaan sekä ne mikä kuten vielä jotka ihmiset hyvin on-ko eivät",
      "äö",
    ),
  ],
  [
    "pl",
    language(
      "i w nie na z się to że do jest o jak a po co tak za od ale przez dla już był jego ich czy są może oraz tylko lub tego ten ta te być który która które jej przy gdy ma mnie tym pod my wy ja on ona bardzo wszystkie wszyscy ze",
      "łąęśżźćń",
    ),
  ],
  [
    "cs",
    language(
      "a v na je se že to s z do o i jako za by ale pro jsou podle od po ve být který která které jeho nebo však jen k už tak si ze co když při má byl byla bylo až jsem jsme není své jejich všichni my také",
      "řůěčšžý",
    ),
  ],
  [
    "ro",
    language(
      "și în de la a că nu cu este pe o un din care mai pentru să se sunt au ca sau fi dar acest această când după prin el ea ei lor între fost foarte toate toți noi voi eu lui cele cei al ale unei unui fără",
      "șțăâî",
    ),
  ],
  [
    "hu",
    language(
      "a az és hogy nem is egy van ez de meg csak már el volt mint ha vagy még minden azt ki kell én ő mi ti ők lehet ezt most itt ott aki ami amely között után szerint nagyon jó lesz",
      "őű",
    ),
  ],
  [
    "tr",
    language(
      "ve bir bu da de için ile çok daha o ne gibi kadar olan olarak var en ama sonra değil ki her mi ben sen biz siz onlar göre ya veya bütün tüm şey olduğu ise hem nasıl iyi yeni",
      "ğış",
    ),
  ],
  [
    "vi",
    language(
      "và của là có không các được một cho trong người với những này đã để khi ra về từ đến như tôi bạn cũng lại vào ở rất thì nhưng hay hoặc mọi chúng ta họ",
      "ơưđạảấầậắặếềệốồộớờợứừự",
    ),
  ],
  [
    "id",
    language(
      "yang dan di dengan untuk pada adalah ini dari dalam tidak itu akan ke oleh juga atau sebagai ada dapat kami kita mereka saya anda bisa lebih sudah telah karena seperti semua orang setiap tersebut",
    ),
  ],
  [
    "sw",
    language(
      "na ya wa kwa ni katika la za cha kuwa hii huo hiyo yake wao watu wote kama lakini au pia sana mimi wewe sisi yeye hakuna vya kila bila hivyo baada kutoka",
    ),
  ],
]);
