import { expect, test } from "vitest";
import { detectLanguage, KNOWN_LANGUAGES } from "../../src/scorers/language-detector.ts";

// Article 1 of the Universal Declaration of Human Rights (public domain), and a sentence as people write it.
const TEXTS: readonly (readonly [string, string])[] = [
  ["en", "All human beings are born free and equal in dignity and rights. They are endowed with reason."],
  ["en", "WHAT A DAY! I WALKED TO THE SHOP AND IT WAS CLOSED."],
  ["de", "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft begabt."],
  ["de", "Bitte starten Sie das Gerät neu und prüfen Sie, ob der Fehler noch auftritt."],
  [
    "fr",
    "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison.",
  ],
  ["fr", "Je ne sais pas si c'est la bonne adresse, mais vous pouvez essayer."],
  [
    "es",
    "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón.",
  ],
  ["es", "El pedido no ha llegado y quiero que me devuelvan el dinero."],
  [
    "it",
    "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione.",
  ],
  ["it", "Non ho ricevuto la fattura e vorrei sapere quando arriva."],
  ["pt", "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão."],
  ["pt", "Não recebi o produto e gostaria de saber quando chega."],
  [
    "nl",
    "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd met verstand.",
  ],
  ["sv", "Alla människor är födda fria och lika i värde och rättigheter. De är utrustade med förnuft."],
  [
    "da",
    "Alle mennesker er født frie og lige i værdighed og rettigheder. De er udstyret med fornuft, og de bør handle mod hverandre i en broderskabets ånd. Hvad skal vi ellers være nogle af?",
  ],
  [
    "no",
    "Alle mennesker er født frie og med samme menneskeverd og menneskerettigheter. De er utstyrt med fornuft og bør ikke være noe annet enn brødre, og hva skal vi ellers gjøre nå?",
  ],
  [
    "fi",
    "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Se on hyvin tärkeää.",
  ],
  ["pl", "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw."],
  ["cs", "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem."],
  ["ro", "Toate ființele umane se nasc libere și egale în demnitate și în drepturi. Ele sunt înzestrate."],
  ["hu", "Minden emberi lény szabadon születik és egyenlő méltósága és joga van."],
  ["tr", "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler."],
  ["vi", "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền."],
  ["id", "Semua orang dilahirkan merdeka dan mempunyai martabat dan hak-hak yang sama."],
  ["sw", "Watu wote wamezaliwa huru, hadhi na haki zao ni sawa. Wote wamejaliwa akili na dhamiri."],
  ["ru", "Все люди рождаются свободными и равными в своем достоинстве и правах. Они были наделены разумом."],
  ["uk", "Всі люди народжуються вільними і рівними у своїй гідності та правах."],
  [
    "bg",
    "Всички хора се раждат свободни и равни по достойнство и права. Те са надарени с разум и съвест и следва да се отнасят помежду си в дух на братство, който ще ги обедини.",
  ],
  ["el", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα."],
  ["zh", "人人生而自由,在尊严和权利上一律平等。"],
  ["ja", "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。"],
  ["ko", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다."],
  ["ar", "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق."],
  ["fa", "تمام افراد بشر آزاد به دنیا می‌آیند و از لحاظ حیثیت و حقوق با هم برابرند."],
  ["ur", "تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں۔"],
  ["he", "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם."],
  ["hi", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।"],
  ["mr", "सर्व मानवी व्यक्ति जन्मतःच स्वतंत्र आहेत व त्यांना समान प्रतिष्ठा व समान अधिकार आहेत."],
  ["ne", "सबै व्यक्तिहरू जन्मजात स्वतन्त्र हुन्छन् र उनीहरूको समान अधिकार र महत्व हुन्छ।"],
  ["th", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ"],
  ["bn", "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে।"],
  ["ta", "மனிதப் பிறிவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்."],
  ["te", "ప్రతిపత్తిస్వత్వముల విషయమున మానవులెల్లరును జన్మతః స్వతంత్రులును సమానులును నగుదురు."],
  ["kn", "ಎಲ್ಲಾ ಮಾನವರೂ ಸ್ವತಂತ್ರರಾಗಿಯೇ ಹುಟ್ಟಿದ್ದಾರೆ."],
  ["ml", "മനുഷ്യരെല്ലാവരും തുല്യാവകാശങ്ങളോടും അന്തസ്സോടും ജനിച്ചിട്ടുള്ളവരാണ്."],
  ["gu", "પ્રતિષ્ઠા અને અધિકારોની દૃષ્ટિએ સર્વ માનવો જન્મથી સ્વતંત્ર અને સમાન હોય છે."],
  ["pa", "ਸਾਰਾ ਮਨੁੱਖੀ ਪਰਿਵਾਰ ਆਪਣੀ ਮਹਿਮਾ ਅਤੇ ਹੱਕਾਂ ਦੇ ਪੱਖੋਂ ਜਨਮ ਤੋਂ ਹੀ ਆਜ਼ਾਦ ਹੈ."],
];

test.each(TEXTS)("a text in %s is told as such: %s", (wanted, text) => {
  expect(detectLanguage(text)).toEqual({ kind: "language", code: wanted });
});

test("every language that the page names has a text here", () => {
  expect([...new Set(TEXTS.map(([name]) => name))].sort()).toEqual([...KNOWN_LANGUAGES].sort());
});

test("what is no language, or too little of one, is unknown", () => {
  for (const text of ["", "42", "x", "lkjsdf qwe zxcv asdkjh", "Berlin", "https://example.com/the/and/of"]) {
    expect(detectLanguage(text).kind, text).toBe("unknown");
  }
});

test("code in a fence does not count, nor do a few foreign words", () => {
  const code = `Das ist der Code, den wir brauchen:\n\`\`\`\n${"for the of and is this ".repeat(9)}\n\`\`\`\nEr ist nicht lang.`;
  expect(detectLanguage(code)).toEqual({ kind: "language", code: "de" });
  expect(detectLanguage("I said: „das ist gut“, and they did not know what it was.")).toEqual({
    kind: "language",
    code: "en",
  });
});
