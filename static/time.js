// Times in the reader's zone, with UTC when the pointer rests on them. Without this, pages say UTC.
'use strict'
{
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  // The page's language; in English, days stand before months as they do without this.
  const { lang } = document.documentElement
  const locale = lang === 'en' ? 'en-GB' : lang
  const parts = {
    day: 'numeric', month: 'short', year: 'numeric',
    hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
  }
  const shown = new Intl.DateTimeFormat(locale, parts)
  const exact = new Intl.DateTimeFormat(locale, { ...parts, second: '2-digit' })
  for (const time of document.querySelectorAll('time[datetime*="T"]')) {
    const moment = new Date(time.dateTime)
    if (Number.isNaN(moment.valueOf())) continue
    time.title = time.textContent
    if (zone !== 'UTC') {
      time.textContent = (/:\d\d:\d\d/.test(time.title) ? exact : shown).format(moment)
    }
  }
  // A choice in a form holds no element.
  for (const option of document.querySelectorAll('option[data-time]')) {
    const moment = new Date(option.dataset.time)
    if (zone !== 'UTC' && !Number.isNaN(moment.valueOf())) option.textContent = `${option.value} · ${shown.format(moment)}`
  }
}
