"""The whole system, told in the order in which it happens: one chapter a module.

`cli` and `web` start work only through these functions. Each takes plain values, reads
through the lake or the ledger, hands tables and statements to the pure rooms, and gives back a
result that can be printed. Nothing heavy is imported before a function runs.

1. `arriving`: the store is named; official files are fetched, read and kept as snapshots.
2. `places`: names, areas of a day, points, and the user's own boundary files.
3. `counting`: counts by unit and month, as they were known on a date.
4. `forecasting`: the models there are, tried on past origins. `forecast_parts` and `issuing`: what
   may come, as whole distributions, issued for good. `foreseeing`: the chance of any sum, off their
   draws. `scoring`: how that went, as truth arrives. `explaining`: what a forecast leans on.
5. `record_keeping`: who said what; statements enter the ledger, are proved and exchanged.
   `trusting`: partners' keys, whose signed statements `exchanging` takes in.
6. `safe_keeping`: backups that are verified, and the purge that two persons must want.
7. `record_reading`: what the record says, as of a date and on another.
8. `forms` ask people; `receiving`: what they report arrives once, under a handle. `verifying`: a
   second person judges it. `relating`: where it was, and who told the same. `practising`: all of
   that on an invented month whose truth is known; `training`: a team on it, day by day.
   `corroborating`: what stands behind a report; `field_first`: published events that it came
   before. `submitting`, `texting`, `mailing`: by which ways
   reports come in; `viewing`: their photos. `letting_in`: who may call over HTTP.
9. `briefing`: what a page on a place is made from. `picturing` and `producing`: that page and every
   other product, as one reader may see it; `dispatching`: those that leave by themselves.
   `subscribing` and `notifying`: what is new leaves too, to who may see it when it leaves.
10. `watchkeeping`: warnings are raised from evidence, escalate, and are answered.
   `answering`: those who report hear what their words were for (`using`); `contacts` keeps who
   they are. `covering`: where nobody looked, and why.
   `reaching` and `delivering`: each step is sent to its roles, once. `serving`: pass after pass,
   whatever the clock does. `publishing`: what may be released. `drilling`: one night, rehearsed.
11. `rehearsal`: the same loop driven through a past period; `scorecards`: how it did.
12. `challenging`: the field's forecasting challenge, entered from the command line.
13. `evaluating`: forecasts judged and reported on, of the challenge, of the past, of a file.

`words` reads the words of a question: its day, its countries. `evidence` is what rules are handed:
counts, events, statements. `fanning` spreads work over processes or a cluster.
"""
