"""The survey that a Thai agency usually hands out after a workshop or meeting, in both languages."""

from __future__ import annotations

from models import ItemKind

TITLE = ("แบบประเมินความพึงพอใจ", "Satisfaction survey")
INTRO = ("คำตอบของท่านไม่มีการระบุชื่อ และใช้เพื่อปรับปรุงการจัดงานเท่านั้น ระดับ 5 = มากที่สุด ถึง 1 = น้อยที่สุด",
         "Your answers carry no name and serve to improve the event. 5 = most, 1 = least.")
_GROUPS = (("enterprise", "ผู้ประกอบการ", "Enterprise"), ("agency", "หน่วยงานภาครัฐ", "Government agency"),
           ("university", "สถาบันการศึกษา", "University"), ("other", "อื่น ๆ", "Other"))
#: (kind, Thai, English, answers to choose from)
ITEMS: tuple[tuple[ItemKind, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (ItemKind.SECTION, "ข้อมูลทั่วไป", "About you", ()),
    (ItemKind.CHOICE, "ท่านมาจาก", "You come from", _GROUPS),
    (ItemKind.SECTION, "ด้านวิทยากร", "Speakers", ()),
    (ItemKind.LIKERT, "ความรู้ความเชี่ยวชาญในเรื่องที่บรรยาย", "Knowledge of the subject", ()),
    (ItemKind.LIKERT, "ความสามารถในการถ่ายทอดและตอบคำถาม", "Clear delivery and answers to questions", ()),
    (ItemKind.LIKERT, "การใช้เวลาเหมาะสม", "Good use of the time", ()),
    (ItemKind.SECTION, "ด้านเนื้อหา", "Content", ()),
    (ItemKind.LIKERT, "เนื้อหาตรงกับวัตถุประสงค์ของงาน", "The content fits the purpose of the event", ()),
    (ItemKind.LIKERT, "เนื้อหาทันสมัยและนำไปใช้ได้", "The content is up to date and can be used", ()),
    (ItemKind.LIKERT, "เอกสารประกอบครบถ้วน เข้าใจง่าย", "The handouts are complete and easy to understand", ()),
    (ItemKind.SECTION, "ด้านสถานที่และระยะเวลา", "Place and time", ()),
    (ItemKind.LIKERT, "สถานที่สะอาดและเหมาะสม", "The place is clean and suitable", ()),
    (ItemKind.LIKERT, "อาหารและเครื่องดื่ม", "Food and drinks", ()),
    (ItemKind.LIKERT, "ระยะเวลาจัดงานเหมาะสม", "The length of the event is right", ()),
    (ItemKind.SECTION, "ด้านความรู้ความเข้าใจ", "Knowledge", ()),
    (ItemKind.BEFORE_AFTER, "ความรู้ความเข้าใจในเรื่องนี้ ก่อนและหลังเข้าร่วม", "Your knowledge of the subject, before and after the event", ()),
    (ItemKind.SECTION, "ด้านการนำไปใช้", "Use", ()),
    (ItemKind.LIKERT, "นำความรู้ไปใช้ในการทำงานหรือกิจการได้", "I can use what I learned in my work or enterprise", ()),
    (ItemKind.LIKERT, "มั่นใจที่จะถ่ายทอดความรู้แก่ผู้อื่น", "I can pass on what I learned", ()),
    (ItemKind.LIKERT, "ความพึงพอใจต่อการจัดงานในภาพรวม", "Satisfaction with the event as a whole", ()),
    (ItemKind.SECTION, "ข้อเสนอแนะ", "Suggestions", ()),
    (ItemKind.OPEN, "สิ่งที่ท่านประทับใจ", "What you liked best", ()),
    (ItemKind.OPEN, "สิ่งที่ควรปรับปรุง", "What should be better", ()),
    (ItemKind.OPEN, "หัวข้อที่อยากให้จัดครั้งต่อไป", "What the next event should be about", ()),
)
