"""The events of the demonstration. The meeting of 17 July 2563 and its chair are as the hosts' public news item says;
the workshops before it are made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROGRAMME = {
    "title_th": "โครงการการยกระดับการรวมกลุ่มและเชื่อมโยงอุตสาหกรรมการแพทย์ครบวงจร สู่คลัสเตอร์ 4.0",
    "title_en": "Upgrading and Linking the Integrated Medical Industry towards Cluster 4.0",
    "summary_th": "ยกระดับการรวมกลุ่มของผู้ประกอบการด้านเครื่องมือแพทย์ภาคเหนือ 20 กิจการ เชื่อมโยงกับผู้ประกอบการดิจิทัล "
                  "จัดทำแผนที่คลัสเตอร์และแผนปฏิบัติงานของกลุ่ม และร่วมกันพัฒนาโครงการนำร่อง",
    "summary_en": "Brings 20 medical-device enterprises of Northern Thailand together with the digital group: a cluster map, a shared plan of action and pilot projects.",
}
CLUSTER = ("คลัสเตอร์เครื่องมือแพทย์ภาคเหนือ", "Northern Medical Device Cluster")
HOSTS = (
    ("ศูนย์ส่งเสริมอุตสาหกรรม ภาคที่ 1", "Industrial Promotion Centre Region 1", "agency"),
    ("วิทยาลัยนานาชาตินวัตกรรมดิจิทัล มหาวิทยาลัยเชียงใหม่", "International College of Digital Innovation, Chiang Mai University", "university"),
)
MADE_UP_HOSTS = (("สำนักงานส่งเสริมคลัสเตอร์ภาคเหนือ (ตัวอย่าง)", "Northern Cluster Office (sample)", "agency"),)
FOLLOW_UP = {
    "title_th": "โครงการต่อยอดคลัสเตอร์เครื่องมือแพทย์ภาคเหนือ (ตัวอย่าง)",
    "title_en": "Northern Medical Device Cluster: Next Steps (sample)",
    "summary_th": "โครงการตัวอย่างสำหรับทดลองใช้งาน มีงานที่เปิดรับลงทะเบียนและงานที่กำลังจัดวันนี้",
    "summary_en": "A sample programme to try things out: one event open for registration, one running today.",
}
CATEGORIES = (("สมาชิกกลุ่มเครื่องมือแพทย์", "Medical-device group"), ("สมาชิกกลุ่มดิจิทัล", "Digital group"), ("หน่วยงานที่เกี่ยวข้อง", "Related agencies"))


@dataclass(frozen=True)
class DemoEvent:
    """One event: days as (year CE, month, day) or, for today's and the open one, days from today; agenda as (day, from, to, Thai, English, room, speaker)
    and the seats of a session that people choose."""

    slug: str
    kind: str
    title_th: str
    title_en: str
    first: tuple[int, int, int] | int
    last: tuple[int, int, int] | int
    place_th: str
    place_en: str
    hours: int
    came: int  # how many of the people came, taken from the front of the list after a fixed shuffle
    capacity: int
    online: bool = False
    chair_th: str = ""
    chair_en: str = ""
    summary_th: str = ""
    summary_en: str = ""
    start: str = "09:00"
    end: str = "16:30"
    agenda: tuple[tuple[Any, ...], ...] = field(default=())


HOTEL = ("โรงแรมดิเอ็มเพรสพรีเมียร์ เชียงใหม่", "The Empress Premier Hotel, Chiang Mai")
COLLEGE = ("วิทยาลัยนานาชาตินวัตกรรมดิจิทัล มหาวิทยาลัยเชียงใหม่", "International College of Digital Innovation, Chiang Mai University")

HISTORY = (
    DemoEvent("kick-off-2563", "meeting", "ประชุมเปิดโครงการและสำรวจความพร้อมของกลุ่ม", "Kick-off and Readiness Survey",
              (2020, 2, 21), (2020, 2, 21), *COLLEGE, 6, 46, 70, agenda=(
                  (0, "09:00", "12:00", "ชี้แจงโครงการและเป้าหมายของคลัสเตอร์", "Aims of the programme", "ห้องประชุม 1", ""),
                  (0, "13:00", "16:30", "สำรวจความพร้อมและความต้องการของผู้ประกอบการ", "Readiness and needs of the enterprises", "ห้องประชุม 1", ""))),
    DemoEvent("cluster-map-2563", "workshop", "อบรมเชิงปฏิบัติการการจัดทำแผนที่คลัสเตอร์ (Cluster Map)", "Cluster Map Workshop",
              (2020, 3, 12), (2020, 3, 13), *COLLEGE, 12, 41, 60, agenda=(
                  (0, "09:00", "12:00", "วิเคราะห์ห่วงโซ่อุปทานเครื่องมือแพทย์", "The medical-device supply chain", "ห้องปฏิบัติการ 2", ""),
                  (0, "13:00", "16:30", "ลงมือวาดแผนที่คลัสเตอร์", "Drawing the cluster map", "ห้องปฏิบัติการ 2", ""),
                  (1, "09:00", "12:00", "จับคู่กลุ่มเครื่องมือแพทย์กับกลุ่มดิจิทัล", "Matching devices with digital", "ห้องปฏิบัติการ 2", ""),
                  (1, "13:00", "16:30", "ร่างแผนระยะสั้น ระยะกลาง และระยะยาว", "Short-, medium- and long-term plans", "ห้องปฏิบัติการ 2", ""))),
    DemoEvent("standards-2563", "seminar", "สัมมนาออนไลน์มาตรฐานเครื่องมือแพทย์ ISO 13485", "Online Seminar on ISO 13485",
              (2020, 4, 28), (2020, 4, 28), "ออนไลน์", "Online", 3, 38, 100, online=True, start="13:30", end="16:30"),
    DemoEvent("digital-link-2563", "training", "ฝึกอบรมการเชื่อมโยงผู้ประกอบการเครื่องมือแพทย์กับเทคโนโลยีดิจิทัล", "Linking Medical Devices with Digital Technology",
              (2020, 5, 22), (2020, 5, 22), "ออนไลน์", "Online", 6, 40, 80, online=True),
    DemoEvent("prototype-2563", "workshop", "อบรมเชิงปฏิบัติการต้นแบบเครื่องมือแพทย์เพื่อรับมือโรคติดเชื้อไวรัสโคโรนา 2019", "Prototyping Workshop for COVID-19 Devices",
              (2020, 6, 18), (2020, 6, 19), *COLLEGE, 12, 37, 45),
)
MEETING = DemoEvent(
    "result-2563-07-17", "result_presentation",
    "ประชุมสรุปผลการดำเนินงาน โครงการการยกระดับการรวมกลุ่มและเชื่อมโยงอุตสาหกรรมการแพทย์ครบวงจร สู่คลัสเตอร์ 4.0",
    "Result Presentation: Upgrading and Linking the Integrated Medical Industry towards Cluster 4.0",
    (2020, 7, 17), (2020, 7, 17), *HOTEL, 6, 52, 80,
    chair_th="น.ส.นิรามัย ศิริศรีสุดากุล ผู้อำนวยการศูนย์ส่งเสริมอุตสาหกรรม ภาคที่ 1",
    chair_en="Ms Niramai Sirisrisudakul, Director, Industrial Promotion Centre Region 1",
    summary_th="รับฟังสรุปผลการดำเนินงานของสมาชิกกลุ่มผู้ประกอบการด้านอุปกรณ์การแพทย์และกลุ่มดิจิทัล แผนที่คลัสเตอร์ แผนปฏิบัติงานระยะสั้น ระยะกลาง และระยะยาว "
               "โครงการนำร่อง 2 โครงการ และนโยบายแนวทางการขับเคลื่อนอุตสาหกรรมการแพทย์",
    summary_en="Results of the medical-device and digital groups: the cluster map, short-, medium- and long-term plans, two pilot projects, and the policy for the region's medical industry.",
    agenda=(
        (0, "08:30", "09:00", "ลงทะเบียน", "Registration", "หน้าห้องประชุม", ""),
        (0, "09:00", "09:30", "กล่าวเปิดการประชุม", "Opening", "ห้องประชุมใหญ่", ""),
        (0, "09:30", "12:00", "นำเสนอผลการดำเนินงานและแผนที่คลัสเตอร์", "Results and the cluster map", "ห้องประชุมใหญ่", ""),
        (0, "13:00", "15:30", "นำเสนอโครงการนำร่องของกลุ่มเครื่องมือแพทย์และกลุ่มดิจิทัล", "Pilot projects of both groups", "ห้องประชุมใหญ่", ""),
        (0, "15:30", "16:30", "นโยบายและแนวทางการขับเคลื่อนอุตสาหกรรมการแพทย์", "Policy for the medical industry", "ห้องประชุมใหญ่", "")),
    start="08:30")
TODAY = DemoEvent(
    "today", "workshop", "อบรมเชิงปฏิบัติการการเตรียมข้อมูลขึ้นทะเบียนเครื่องมือแพทย์ (ตัวอย่างวันนี้)", "Preparing Device Registration Files (sample, today)",
    0, 0, *COLLEGE, 6, 24, 60, start="00:30", end="23:30",
    summary_th="งานตัวอย่างที่จัดวันนี้ สำหรับทดลองสแกนบัตรที่ประตู", summary_en="A sample event that runs today: try scanning at the door.")
OPEN = DemoEvent(
    "open", "seminar", "สัมมนาโอกาสส่งออกเครื่องมือแพทย์ของผู้ประกอบการภาคเหนือ (ตัวอย่าง)", "Exporting Medical Devices from Northern Thailand (sample)",
    21, 21, *HOTEL, 3, 0, 40, start="13:30", end="16:30",
    summary_th="เปิดรับลงทะเบียนแล้ว ไม่มีค่าใช้จ่าย ทดลองลงทะเบียนได้ทันที", summary_en="Open for registration, free of charge: register and see.",
    agenda=(
        (21, "13:30", "14:30", "กฎระเบียบและมาตรฐานของตลาดอาเซียน", "Rules and standards of the ASEAN market", "ห้องล้านนา", "วิทยากรตัวอย่าง"),
        (21, "14:45", "16:30", "คลินิกให้คำปรึกษา: ขึ้นทะเบียนเครื่องมือแพทย์", "Clinic: registering a device", "ห้องดอยสุเทพ", "วิทยากรตัวอย่าง", 12),
        (21, "14:45", "16:30", "คลินิกให้คำปรึกษา: การเงินและประกันการส่งออก", "Clinic: finance and export insurance", "ห้องดอยอินทนนท์", "วิทยากรตัวอย่าง", 8),
        (21, "14:45", "16:15", "ประสบการณ์ของผู้ส่งออกรายแรก", "What the first exporter learned", "ห้องล้านนา", "วิทยากรตัวอย่าง", 20)))
FULL = DemoEvent(
    "full", "workshop", "อบรมเชิงปฏิบัติการห้องปฏิบัติการต้นแบบ รุ่นเล็ก (ตัวอย่างที่นั่งเต็ม)", "Prototype Laboratory for Small Groups (sample, full)",
    12, 12, *COLLEGE, 6, 0, 12, start="09:00", end="16:30",
    summary_th="ที่นั่งเต็มแล้ว ทดลองขึ้นบัญชีสำรองได้", summary_en="All seats are taken: join the waitlist and see.")
