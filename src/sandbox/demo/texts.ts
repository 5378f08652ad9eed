/** Descriptions of versions, in the languages of the people who wrote them; null for those who wrote none. */
export const descriptions: readonly [string | null, ...(string | null)[]] = [
  'First pass, timing only.',
  'Beam is now in sync with the lens. Edges of the fog still too hard.',
  null,
  'New plate from the second unit, grain matched.',
  'Addressed the notes from Tuesday: horizon lowered, gulls removed.',
  'Roto fixes on the railing.',
  'Client version. Slate on, LUT baked in.',
  '光の広がりを弱めました。確認をお願いします。',
  'Retimed from 1043 on. Please compare with the previous version.',
  null,
  '등대 불빛의 색을 조금 더 따뜻하게 바꿨습니다.',
  'Spray and mist are separate layers now.',
  '海浪的速度调整完毕，请审核。',
  'Переделан туман, добавлены брызги на переднем плане.',
  'Écume revue, reflets adoucis à l’entrée du phare.',
  'Looks great already 🌊🔦 only the last ten frames flicker.',
  'Small one: lamp intensity 0.8 → 0.65.',
  'Niebla más densa al principio, según la nota de José.',
]

/** What people add to the name of a version although they should not. */
export const suffixes: ReadonlyMap<number, string> = new Map([
  [23, '_修正'],
  [47, '_최종'],
  [58, '_финал'],
  [66, '_été'],
  [81, '_调色'],
  [104, '_✨'],
])

const paragraphs = [
  'This version collects everything from the review of the storm sequence, so that nobody has to look it up again.',
  'The beam: it turned once in 96 frames and now turns once in 120, which is what the lens of the real tower does. The falloff is physically based up to the railing and art directed beyond it, because otherwise the boat would never be lit at all. If the edit gets longer, the turn has to be retimed by hand, it is not driven by the camera.',
  'The sea: wind speed went from 18 to 24 metres per second, which also changed the foam. Foam is cached separately and can be dialled down in comp. The big wave at 1043 is a simulation of its own and is blended over 14 frames; please check the seam at the left edge of the frame, where the two meet under the spray.',
  'The sky: three layers, all of them painted, the farthest one moves at a quarter of the speed of the nearest. Lightning is on 1021, 1022 and 1077. It lights the tower from the left although the bolt is on the right; we tried it the other way round and it read as a mistake.',
  'The boat: new flag, the old one had the wrong number of stripes. The reflection of the lamp in the wheelhouse window is a card and will not survive a camera change. Ida is in the window for nine frames, which is intended.',
  'Open points: the rain in front of the lens flare flickers for two frames, the roto on the railing is loose at the end, and the sound people would like to know when exactly the wave hits. Nobody needs to fix these for the internal screening, but please do not publish this version to the client before they are done.',
  'Render: 2 h 10 min per frame on average, 3 h 40 min for the frames with the wave. Layers are on the usual path. Denoised with the settings from the look development of the headland, temporal radius 3.',
  'Compare with the version of last Tuesday, not with the one of Friday: the one of Friday had the old plate, in which the horizon was tilted by half a degree to the left. The tilt is gone now, and with it the strange feeling that the tower leans.',
  'Thank you to everybody who stayed late for this one. The next pass should be a lot smaller.',
]

/** A description of more than two thousand characters, as there is one on every show. */
export const longDescription = paragraphs.join('\n\n')
