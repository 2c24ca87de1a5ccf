"""Words that support a sign of furniture, each family with what it must match and must not.

No word here removes a line by itself: `furniture` asks for the shape or the place first. A line that has the shape
of a sentence is judged by none of these families but `READER`, and that one at the foot or head of a page only.
Families hold the beginnings of lines or whole short lines, in the languages that news is often saved in; case,
dashes, arrows and brackets around a line are taken off before it is compared.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """Phrases of one kind of furniture; `whole` phrases are the line, `start` phrases begin it."""

    name: str
    whole: re.Pattern[str]
    start: re.Pattern[str]


def _family(name: str, whole: str, start: str = "") -> Family:
    def compiled(phrases: str, end: str) -> re.Pattern[str]:
        found = [re.escape(p.strip()) for p in re.split(r"[|\n]", phrases) if p.strip()]
        return re.compile(rf"(?:{'|'.join(found)}){end}" if found else r"(?!)", re.IGNORECASE)

    return Family(name, compiled(whole, r"(?: \d+| \(\d+\))?[:.!…]*$"), compiled(start, r"(?!\w)"))


ADVERT = _family(
    # '- Advertisement -' 'ADVERTISING' 'Story continues below advertisement'; not 'Advertisement revenue fell'
    "advertisement",
    """advertisement|advertisements|advertising|advert|ad|sponsored|sponsored content|sponsored links|paid content
    promoted|promoted content|scroll to continue|skip advertisement|skip ad|remove ads|ad feedback
    anzeige|werbung|publicité|annonce|publicidad|anuncio|pubblicità|publicidade|advertentie|reklam|reklama|реклама
    광고|広告|广告|廣告|إعلان""",
    """story continues below|article continues after|article continues below|continue reading below
    scroll down to continue reading|advertisement - |advertisement scroll
    la suite après cette publicité|weiter nach der anzeige""",
)
RELATED = _family(
    # 'Related stories' 'Must read' 'Most viewed articles' 'Mehr zum Thema'; not 'Related talks went on.'
    "list of other stories",
    """must read|must-read|must reads|read more|read also|also read|read next|up next|see also|more
    more stories|more news
    related|related stories|related articles|related news|related topics|related content|related posts|related links
    most read|most viewed|most viewed articles|most popular|most shared|most commented|most recent|popular|trending
    trending now|latest|latest news|latest stories|top stories|top news|breaking news|headlines|editor's picks
    editors' picks|editor’s picks|editors’ picks|recommended|recommended for you|recommended stories|you may also like
    you might also like|you may have missed|don't miss|don’t miss|what to read next|previous article|next article
    previous post|next post|previous|next|in case you missed it|around the web|from around the web|more from author
    tags|topics|keywords|filed under|in this story|comments|leave a comment|leave a reply|show comments|view comments
    view all comments|load more|show more|see more|see all|view all|back to top|top|on this story|explore more
    mehr zum thema|lesen sie auch|das könnte sie auch interessieren|meistgelesen|meistgelesene artikel|auch interessant
    weitere artikel|verwandte artikel|schlagworte|zum thema|kommentare|nach oben|mehr|mehr lesen|neueste artikel
    lire aussi|à lire aussi|à lire|sur le même sujet|les plus lus|les plus lues|articles les plus lus|voir aussi
    articles liés|dans la même rubrique|commentaires|lire la suite|à la une|nos derniers articles|mots-clés|haut de page
    lea también|leer más|lo más leído|te puede interesar|noticias relacionadas|más noticias|etiquetas|comentarios
    leggi anche|i più letti|articoli correlati|potrebbe interessarti|leia também|leia mais|mais lidas|saiba mais
    lees ook|meest gelezen|läs också|läs mer|czytaj także|читайте также|читать далее|по теме
    관련기사|관련 기사|관련뉴스|많이 본 뉴스|많이 본 기사|인기기사|인기 기사|추천기사|추천 기사|주요뉴스|댓글
    이전 기사|다음 기사
    최신기사|최신 기사|이 시각 주요뉴스|関連記事|関連ニュース|おすすめ記事|アクセスランキング|あわせて読みたい
    相关新闻|相关阅读|相關新聞
    推荐阅读|延伸閱讀|热门|اقرأ أيضا""",
    """more from|more on|more about|more in|also on|also in|related:|read more:|read also:|also read:|see also:
    read next:
    mehr zu:|lesen sie auch:|lire aussi|à lire aussi|leer más:|lea también:|leggi anche:|leia também:
    leia mais:|lees ook:
    läs också:|tags:|topics:|filed under:|keywords:|schlagworte:|mots-clés|etiquetas:|관련기사:|태그:|читайте также:""",
)
SHARE = _family(
    # 'Share' 'Tweet' 'Share on Facebook' 'Copy link' 'Print this page'; not 'Share prices fell'
    "buttons",
    """share|share this|share this article|share this story|share this post|share this page|share article|tweet|post|pin
    facebook|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|instagram|youtube|tiktok|threads|bluesky|flipboard
    messenger|line|wechat|weibo|e-mail|email|mail|print|print this|print this page|print article|copy|copy link
    link copied
    copy url|save|save article|save for later|bookmark|listen|listen to this article|listen to article|play|watch|like
    follow|follow us|follow us on|comment|reply|flag|report|font size|text size|a a a|aa|close|menu|search|home|login
    log in|sign in|sign up|register|subscribe|subscribe now|my account|skip to content|skip to main content
    skip to navigation|accept|accept all|accept cookies|reject all|cookie settings|manage cookies|privacy policy
    terms of use|terms of service|terms and conditions|contact us|contact|about us|about|advertise|advertise with us
    careers|sitemap|site map|newsletter|newsletters|rss|faq|help|en|english|image|photo|gallery|video|enlarge image
    teilen|drucken|merken|vorlesen|anmelden|abonnieren|impressum|datenschutz|artikel teilen|startseite|suche
    menü|kontakt
    per e-mail|link kopieren|zur startseite|partager|imprimer|partager l'article|partager sur|s'abonner|se connecter
    mentions légales|envoyer|écouter|accueil|recherche|copier le lien|compartir|imprimir|guardar|suscribirse|suscríbete
    iniciar sesión|condividi|stampa|compartilhar|delen|dela|поделиться|공유|공유하기|인쇄|인쇄하기|구독|구독하기|스크랩
    기사 공유|글자크기|글자 크기|url 복사|로그인|회원가입|シェア|ツイート|印刷|分享|打印|مشاركة""",
    """share on|share to|share via|share with|tweet this|follow us on|click to|click here|tap to|button |print this
    email this|save this|read in|view in|available in|switch to|tap here|partager sur|teilen auf|compartir en
    condividi su|auf facebook|auf twitter|auf x|sur facebook|sur twitter|by using this site|add as a preferred""",
)
SUBSCRIBE = _family(
    # 'Sign up for our newsletter' 'Enter your email address'; not 'Signs of unrest in the capital'
    "subscription",
    """enter your email|enter your email address|your email address|get the newsletter|support us|donate|donate now
    already a subscriber?|try it now|start your free trial""",
    """sign up for|sign up to|subscribe to|subscribe for|subscribe now|get our|get the latest|get unlimited|join our
    become a member|become a subscriber|support our|download our|download the|follow our|newsletter:|jetzt abonnieren
    newsletter abonnieren|hier anmelden|abonnez-vous|inscrivez-vous|s'inscrire à|suscríbete a|suscríbase|iscriviti
    abbonati|assine""",
)
# Sentences that speak to whoever reads the page. 'Please direct any comments to …' 'Sign up for our newsletter.'
# 'Send tips to …' 'Abonnieren Sie unseren Newsletter.'; not 'He asked readers to send comments.', 'Please leave,'
READER = re.compile(
    r"(?:please (?:direct|send|contact|write|email|e-mail|support|consider|subscribe|follow|click|see our"
    r"|note that this"
    r" article)"
    r"|(?:sign up|subscribe|register) (?:now |here |today |free )?(?:for|to) (?:our|the|your|get|receive|\w+['’]s)"
    r"|follow (?:us|our|him|her|them|@)|like us on|join (?:us|our)|download (?:our|the \w+ app)|click (?:here|to)"
    r"|send (?:us|your|any|tips|comments|questions|feedback|corrections)|contact (?:us|our|the (?:author|reporter"
    r"|writer))"
    r"|(?:e-?mail|write to|reach|contact) (?:us|me|[\w.+-]+@|[A-Z][\w.-]+(?: [A-Z][\w.-]+){0,2} (?:at|on|via)|the)"
    r"|(?:do you )?have (?:a|any) (?:tip|story|question|comment|correction|news tip)|got a (?:tip|story|question)"
    r"|questions or comments|for (?:more|further) information|to (?:contact|report an error|read more|subscribe)"
    r"|already a (?:subscriber|member)|we use cookies|this (?:site|website) uses cookies|by (?:using|continuing"
    r"|clicking)"
    r"|your support|support (?:our|independent)|get (?:our|the (?:latest|day|best|top)|unlimited|breaking)"
    r"|don['’]t miss"
    r"|want (?:more|to)|thank you for reading|thanks for reading|our (?:newsletter|journalism|app)|read (?:more|our)"
    r"|abonnieren sie|melden sie sich|schreiben sie|folgen sie|haben sie|laden sie|registrieren sie|lesen sie"
    r"|kontaktieren sie|abonnez-vous|inscrivez-vous|suivez-nous|écrivez|contactez|recevez|retrouvez|vous (?:avez"
    r"|souhaitez)"
    r"|suscríb|síganos|síguenos|escríbanos|recib[ae]|iscriviti|seguici|scrivi(?:ci)? a|assine|siga-nos|inscreva-se"
    r"|제보|문의|구독|의견|ご意見|お問い合わせ|欢迎)",
    re.IGNORECASE,
)
# Rights, whatever their owner: '© 2023 X' 'All rights reserved' 'Copyright © X. Prohibited from …'
# '무단전재 및 재배포 금지';
# not 'The copyright law passed.' 'Copyrights and patents are what the North wants.'
RIGHTS = re.compile(
    r"©|ⓒ|(?:^|\W)\(c\) ?(?:\d{4}|[A-Z])|^\W*copyright\b(?!s? (?:law|case|claim|act|infring|owner|holder|protect"
    r"|rule|issue))"
    r"(?=\W*(?:\d{4}|©|\(c\)|by\b|[A-Z]|notice))|\ball rights reserved\b|\balle rechte vorbehalten\b"
    r"|\btous droits réservés\b"
    r"|\btodos los derechos reservados\b|\btutti i diritti riservati\b|\btodos os direitos reservados\b"
    r"|\balle rechten voorbehouden\b|\bmay not be (?:published|reproduced|broadcast)[\w, ]+redistributed\b"
    r"|무단\s?전재|재배포\s?금지|저작권자|無断転載|禁無断|版权所有|版權所有|все права защищены",
    re.IGNORECASE,
)
# Labels of a day of publication: 'Posted on :' 'Published' 'Veröffentlicht am' '입력'; and of a day that isn't.
POSTED = re.compile(
    r"(?:(?:first |originally )?(?:posted|published|publication date|publish date|date published|released|filed"
    r"|issued|created|"
    r"posted date|date posted|date|uploaded)(?: (?:on|at|by))?|veröffentlicht(?: am)?|erschienen(?: am)?|publiziert"
    r"(?: am)?|"
    r"publié(?:e)?(?: le)?|mis en ligne(?: le)?|paru(?: le)?|publicado(?: el| em)?|fecha|pubblicato(?: il)?"
    r"|gepubliceerd"
    r"(?: op)?|publicerad|udgivet|publisert|opublikowano|опубликовано|дата|입력|등록|게재|승인|작성|기사입력"
    r"|송고|게시|公開|掲載|"
    r"配信|发布|发布时间|發布時間|發佈|نشر)",
    re.IGNORECASE,
)
CHANGED = re.compile(
    r"(?:(?:last )?(?:updated|modified|edited|revised|changed|update|modification)(?: (?:on|at))?|last (?:changed"
    r"|reviewed)|"
    r"aktualisiert(?: am)?|zuletzt aktualisiert|geändert(?: am)?|stand|mis à jour(?: le)?|modifié(?: le)?|mise à jour|"
    r"actualizado(?: el)?|aggiornato(?: il)?|atualizado(?: em)?|bijgewerkt|uppdaterad|zaktualizowano|обновлено"
    r"|수정|최종수정|"
    r"업데이트|更新|最終更新|修改|accessed(?: on)?|retrieved(?: on)?|printed(?: on)?|saved(?: on)?|abgerufen(?: am)?|"
    r"consulté(?: le)?|imprimé(?: le)?|gedruckt(?: am)?)",
    re.IGNORECASE,
)
FAMILIES = (ADVERT, RELATED, SHARE, SUBSCRIBE)
