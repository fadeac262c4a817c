/* The search, over the parts of all pages that _ext/search_index.py wrote down. It
   ranks them by their words, names each, links to it and quotes it; all else on
   the page is Sphinx's, and so are the list of small words and the stems. */
(() => {
  const SHOWN = 50;
  const QUOTED = 180; // characters
  const WORD = /[\p{L}\p{N}_]+/gu;
  const SMALL = [...stopwords, ..."am can do does from get has have how i me my so we what when why you your".split(" ")];

  const isLarge = (word) => !SMALL.includes(word);
  const wordsOf = (text) => text.toLowerCase().match(WORD) ?? [];
  const unnumbered = (title) => title.replace(/\d+\.[\d.]* /g, ""); // 8.2, and Exercise 8.2
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const remembered = (f) => {
    const known = new Map();
    return (word) => known.get(word) ?? known.set(word, f(word)).get(word);
  };

  const stemmer = new Stemmer();
  const stem = remembered((word) => stemmer.stemWord(word));

  /* How well a word of the book answers a wanted one: best if it is the same, in any
     form, less if that is a piece of its name, and least if it begins like it. */
  const answerTo = (wanted) => remembered((word) => {
    if (stem(word) === stem(wanted)) return 1;
    if (word.split("_").includes(wanted)) return 0.5;
    return wanted.length > 2 && word.startsWith(wanted) ? 0.2 : 0;
  });

  const partsOf = (index) => Object.entries(index).flatMap(([page, list]) =>
    list.map(([id, title, text]) => ({
      page, id, title, text, pageTitle: list[0][1], score: 0, found: 0,
      words: wordsOf(text), titleWords: wordsOf(unnumbered(title)), pageWords: wordsOf(unnumbered(list[0][1])),
    })));

  /* Give each part the number of answers that it has, and a score. Rare words count
     for more, and so do those in a title, most of all in a page's; and so does the
     query in one piece. */
  const weigh = (parts, answers, query) => {
    const mean = sum(parts.map(({ words }) => words.length)) / parts.length;
    for (const answer of answers) {
      const count = (words) => sum(words.map(answer));
      const share = (words) => count(words) / Math.sqrt(1 + words.filter(isLarge).length);
      const weights = parts.map(({ id, words, titleWords, pageWords }) => {
        const inText = count(words) / (count(words) + 1 + words.length / mean / 2);
        return inText + share(titleWords) * (id ? 1.5 : 3) + share(pageWords) / 10;
      });
      const rarity = Math.log(1 + parts.length / (1 + weights.filter(Boolean).length));
      parts.forEach((part, i) => {
        part.score += rarity * weights[i];
        part.found += weights[i] > 0;
      });
    }
    for (const part of parts) {
      if (/\D/.test(query) && part.title.toLowerCase().includes(query)) {
        part.score = 4 * part.score + 1;
        part.found = answers.length;
      } else if (part.text.toLowerCase().includes(query)) {
        part.score *= 2;
      }
      if (part.title.startsWith("Solution ")) part.score /= 2; // first the exercise
    }
  };

  const answered = (word, answers) => answers.filter((answer) => answer(word.toLowerCase()));

  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  /* Write a text into a node, its answers marked. */
  const write = (node, text, answers) => {
    let done = 0;
    for (const { 0: word, index } of text.matchAll(WORD)) {
      if (!answered(word, answers).length) continue;
      node.append(text.slice(done, index), element("mark", { textContent: word }));
      done = index + word.length;
    }
    node.append(text.slice(done));
  };

  /* The stretch of a text with the most different answers. */
  const quotation = (text, answers) => {
    const hits = [...text.matchAll(WORD)].filter(([word]) => answered(word, answers).length);
    const reaches = hits.map(({ index }, i) => new Set(hits.slice(i, i + 20)
      .filter((hit) => hit.index < index + QUOTED / 2).flatMap(([word]) => answered(word, answers))).size);
    const best = hits[reaches.indexOf(Math.max(...reaches))]?.index ?? 0;
    const start = best < 60 ? 0 : text.lastIndexOf(" ", best - 40) + 1;
    const end = start + QUOTED < text.length ? text.lastIndexOf(" ", start + QUOTED) : text.length;
    return (start ? "… " : "") + text.slice(start, end) + (end < text.length ? " …" : "");
  };

  const entry = ({ page, id, title, text, words, pageTitle }, answers) => {
    const marked = new Set(words.filter((word) => answered(word, answers).length));
    const link = element("a", {
      href: page + DOCUMENTATION_OPTIONS.LINK_SUFFIX
        + (marked.size ? `?highlight=${encodeURIComponent([...marked].join(" "))}` : "")
        + (id ? `#${encodeURIComponent(id)}` : ""),
    });
    const context = element("p", { className: "context" });
    write(link, title, answers);
    write(context, quotation(text, answers), answers);
    const node = element("li", {});
    node.append(link);
    if (id) node.append(element("span", { className: "page", textContent: pageTitle }));
    if (text) node.append(context);
    return node;
  };

  const say = (whole, found) => {
    if (!found) return "Nothing was found. Try fewer words, or others.";
    const places = found === 1 ? "One place" : `${found} places`;
    return (whole ? `${places} found` : `No place has all these words; ${places} found with some of them`)
      + (found > SHOWN ? `, of which these are the best ${SHOWN}.` : ".");
  };

  Search.query = (query) => {
    const all = wordsOf(query);
    const large = all.filter(isLarge);
    const answers = [...new Set(large.length ? large : all)].map(answerTo);
    const parts = partsOf(Search._index);
    weigh(parts, answers, query.trim().toLowerCase());
    const some = parts.filter((part) => part.found);
    const whole = some.filter((part) => part.found === answers.length);
    const found = (whole.length ? whole : some).sort((one, other) => other.score - one.score);

    Search.stopPulse();
    Search.title.textContent = "Results";
    Search.output.append(...found.slice(0, SHOWN).map((part) => entry(part, answers)));
    Search.status.setAttribute("role", "status");
    Search.status.textContent = say(whole.length, found.length);
  };
})();
